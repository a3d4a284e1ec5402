-- S1-01
SELECT member_id FROM shop_members WHERE acquisition_channel NOT IN ('web_form', 'store', 'app') OR policy_version IS NULL;
-- S1-03
SELECT job_id FROM ops_jobs WHERE reads_table <> 'shop_payments' AND NOT categories::jsonb <@ (SELECT coalesce(jsonb_agg(category), '[]') FROM gov_purpose_categories g WHERE g.purpose = ops_jobs.purpose);
-- S2-01
SELECT transfer_id FROM ops_transfers JOIN gov_recipients r USING (recipient_id) WHERE ops_transfers.kind = 'entrustment' AND (nda_signed_at IS NULL OR contract_end < transferred_at);
-- S2-02a
SELECT transfer_id FROM ops_transfers t JOIN gov_recipients r USING (recipient_id) WHERE t.kind = 'entrustment' AND purpose = 'P2' AND NOT EXISTS (SELECT 1 FROM gov_purpose_services s WHERE s.purpose = t.purpose AND s.service = r.service);
-- S2-02b
SELECT transfer_id FROM ops_transfers WHERE purpose = 'P2' AND NOT columns::jsonb <@ (SELECT jsonb_agg(category) FROM gov_purpose_categories WHERE purpose = 'P2');
-- S2-02e
SELECT job_id FROM ops_jobs WHERE reads_table = 'shop_payments' AND purpose <> 'P2';
-- S2-03
SELECT transfer_id FROM ops_transfers WHERE purpose = 'P3' AND NOT columns::jsonb <@ (SELECT jsonb_agg(category) FROM gov_purpose_categories WHERE purpose = 'P3');
-- S2-04a
SELECT e.event_id FROM crm_mail_events e JOIN crm_campaigns k USING (campaign_id) WHERE k.purpose = 'P4' AND e.event_type = 'sent' AND e.member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM crm_consents c WHERE c.member_id = e.member_id AND c.purpose = 'P4' AND c.granted_at <= e.occurred_at AND (c.withdrawn_at IS NULL OR c.withdrawn_at > e.occurred_at));
-- S2-04b
SELECT member_id FROM shop_members m WHERE mail_magazine_flag = 1 AND EXISTS (SELECT 1 FROM crm_consents c WHERE c.member_id = m.member_id AND c.status = 'withdrawn');
-- S2-04c
SELECT campaign_id FROM crm_campaigns k JOIN gov_recipients r ON r.recipient_id = k.sender_id WHERE r.kind NOT IN ('self', 'joint');
-- S2-06a
SELECT e.event_id FROM crm_mail_events e WHERE e.member_id IS NULL AND e.event_type = 'sent' AND e.email IN (SELECT email FROM support_inquiries);
-- S2-06b
SELECT inquiry_id FROM support_inquiries WHERE forwarded_to IS NOT NULL AND forwarded_to NOT IN (SELECT recipient_id FROM gov_recipients WHERE kind = 'subcontractor');
-- S3-02
SELECT grant_id FROM ops_access_grants WHERE employment = 'left' OR :as_of - last_used_at > 90 OR :as_of - reviewed_at > 365;
-- S3-03
SELECT recipient_id FROM gov_recipients WHERE kind = 'subcontractor' AND (last_audit_at IS NULL OR :as_of - last_audit_at > 365);
-- S3-04
SELECT recipient_id FROM gov_recipients WHERE parent_id IS NOT NULL AND sub_approved_at IS NULL;
-- S3-05
SELECT transfer_id FROM ops_transfers WHERE encrypted = 0;
-- S4-01
SELECT review FROM gov_reviews WHERE review = 'law_watch' AND next_due < :as_of;
-- S5-01
SELECT transfer_id FROM ops_transfers WHERE kind = 'joint' AND NOT columns::jsonb <@ (SELECT jsonb_agg(category) FROM gov_joint_items);
-- S5-02
SELECT transfer_id FROM ops_transfers t JOIN gov_recipients r USING (recipient_id) WHERE t.kind = 'joint' AND r.kind <> 'joint';
-- S5-03
SELECT item FROM gov_policy_doc WHERE coalesce(value, '') = '';
-- S6-01
SELECT member_id FROM shop_members WHERE email !~ '^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$' OR postal_code !~ '^[0-9]{3}-[0-9]{4}$' OR phone !~ '^(0[0-9]{9,10}|0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|[+]81[0-9-]{9,13})$' OR date_of_birth > :as_of OR date_of_birth < '1900-01-01';
-- S6-02
SELECT member_id FROM shop_members JOIN (VALUES ('100', '東京都'), ('150', '東京都'), ('220', '神奈川県'), ('530', '大阪府'), ('460', '愛知県'), ('810', '福岡県'), ('060', '北海道'), ('980', '宮城県')) AS known (area, of) ON area = substr(postal_code, 1, 3) WHERE of <> prefecture;
-- S6-03
SELECT lower(email) FROM shop_members WHERE status = 'active' GROUP BY lower(email) HAVING count(*) > 1;
-- S6-04
SELECT member_id FROM shop_members WHERE email_bounced_at IS NOT NULL AND mail_magazine_flag = 1;
-- S6-05
SELECT request_id FROM gov_dsr d JOIN shop_members m USING (member_id) WHERE d.type = 'correction' AND d.decision = 'granted' AND payload::jsonb ->> 'city' <> m.city;
-- S6-06
SELECT f.member_id FROM dwh_member_features f JOIN shop_members m USING (member_id) WHERE f.prefecture <> m.prefecture;
-- S6-10a
SELECT member_id FROM shop_members WHERE status = 'active' AND greatest(last_login_at, last_purchase_at, registered_at) < :as_of - interval '3 years';
-- S6-10b
SELECT member_id FROM shop_members WHERE withdrawn_at < :as_of - interval '90 days' AND email IS NOT NULL;
-- S6-10c
SELECT inquiry_id FROM support_inquiries WHERE closed_at < :as_of - interval '3 years';
-- S6-10d
SELECT event_id FROM crm_mail_events WHERE occurred_at < :as_of - interval '13 months';
-- S6-10e
SELECT entry_id FROM crm_campaign_entries WHERE prize_shipped_at < :as_of - interval '6 months';
-- S6-10f
SELECT cart_id FROM shop_carts WHERE updated_at < :as_of - interval '90 days';
-- S6-10g
SELECT event_id FROM dwh_web_events WHERE occurred_at < :as_of - interval '13 months';
-- S6-10h
SELECT token_id FROM shop_payment_tokens WHERE removed_at IS NOT NULL OR expires_on < :as_of;
-- S6-10i
SELECT order_id FROM shop_orders WHERE anonymised_at IS NULL AND make_date((extract(year FROM ordered_at) + CASE WHEN extract(month FROM ordered_at) > 3 THEN 1 ELSE 0 END)::int + 10, 5, 31) < :as_of;
-- S6-11
SELECT order_id FROM shop_orders WHERE anonymised_at IS NOT NULL AND make_date((extract(year FROM ordered_at) + CASE WHEN extract(month FROM ordered_at) > 3 THEN 1 ELSE 0 END)::int + 10, 5, 31) >= anonymised_at::date;
-- S6-12
SELECT hold_id FROM gov_holds WHERE released_at IS NULL AND review_due < :as_of;
-- S6-14
SELECT deletion_id FROM gov_deletions d JOIN shop_members m USING (member_id) WHERE d.action = 'delete' AND m.email IS NOT NULL;
-- S6-15
SELECT deletion_id FROM gov_deletions WHERE recipients_notified_at IS NULL AND :as_of - deleted_at::date > 30;
-- S6-20a
SELECT request_id FROM gov_dsr WHERE closed_at IS NULL AND :as_of - received_at > 14 AND :as_of - received_at <= 30;
-- S6-20b
SELECT request_id FROM gov_dsr WHERE closed_at IS NULL AND :as_of - received_at > 30;
-- S6-21
SELECT request_id FROM gov_dsr WHERE executed_at IS NOT NULL AND identity_verified_at IS NULL;
-- S6-22
SELECT request_id FROM gov_dsr WHERE decision = 'refused' AND (reason IS NULL OR notified_at IS NULL);
-- S6-23
SELECT DISTINCT m.member_id FROM shop_members m JOIN crm_mail_events e USING (member_id) WHERE m.use_suspended_at IS NOT NULL AND e.event_type = 'sent' AND e.occurred_at > m.use_suspended_at;
-- S6-24
SELECT request_id FROM gov_dsr WHERE fee_yen > 0 AND type NOT IN ('disclosure', 'records_disclosure', 'purpose_notice');
-- S6-25
SELECT request_id FROM gov_dsr WHERE closed_at < :as_of - interval '180 days' AND requester_email IS NOT NULL AND contact_purged_at IS NULL;
-- S6-26
SELECT request_id FROM gov_dsr d WHERE type = 'records_disclosure' AND closed_at IS NOT NULL AND records_returned < (SELECT count(*) FROM gov_provision_records p WHERE p.subject_ref = 'member:' || d.member_id);
-- S7-01
SELECT transfer_id FROM ops_transfers WHERE kind = 'third' AND (basis IS NULL OR (basis = 'consent' AND consent_id IS NULL));
-- S7-02
SELECT transfer_id FROM ops_transfers t WHERE kind = 'third' AND NOT EXISTS (SELECT 1 FROM gov_provision_records p WHERE p.transfer_id = t.transfer_id);
-- S7-03
SELECT record_id FROM gov_provision_records WHERE kind = 'personal_data' AND (provided_on IS NULL OR recipient_name IS NULL OR recipient_address IS NULL OR representative IS NULL OR subject_ref IS NULL OR items IS NULL OR consent_ref IS NULL);
-- S7-04
SELECT record_id FROM gov_provision_records WHERE created_at < :as_of - interval '3 years';
-- S7-05
SELECT transfer_id FROM ops_transfers WHERE kind = 'authority' AND basis = '27-1-1' AND document_ref IS NULL;
-- S7-06
SELECT transfer_id FROM ops_transfers WHERE basis = 'policy-7-4' AND approved_by IS NULL;
-- S7-07
SELECT transfer_id FROM ops_transfers t JOIN gov_recipients r USING (recipient_id) WHERE r.country NOT IN ('JP', 'GB', 'EEA') AND r.equivalent_measures = 0 AND t.basis <> 'consent_art28';
-- S8-01
SELECT transfer_id FROM ops_transfers t JOIN gov_recipients r USING (recipient_id) WHERE t.kind = 'personal_related' AND r.links_identity = 1 AND coalesce(t.basis, '') <> 'consent_confirmed';
-- S8-02
SELECT record_id FROM gov_provision_records WHERE kind = 'personal_related' AND (recipient_address IS NULL OR representative IS NULL OR items IS NULL OR consent_ref IS NULL);
-- S9-01
SELECT DISTINCT table_name FROM gov_data_map WHERE owner IS NULL;
-- S9-02
SELECT employee FROM gov_training WHERE :as_of - completed_at > 365;
-- S9-03a
SELECT incident_id FROM gov_incidents WHERE preliminary_at IS NULL AND :as_of - known_at::date > 5;
-- S9-03b
SELECT incident_id FROM gov_incidents WHERE final_at IS NULL AND :as_of - known_at::date > CASE category WHEN 'unauthorised_access' THEN 60 ELSE 30 END;
-- S9-04
SELECT 1 WHERE EXISTS (SELECT 1 FROM dwh_members_pseudo p JOIN shop_members m ON p.pseudo_id = encode(sha256(m.email::bytea), 'hex'));
-- S9-05
SELECT age_band || gender || prefecture FROM dwh_purchases_anon GROUP BY age_band, gender, prefecture HAVING count(*) < 5;
-- S10-01
SELECT review FROM gov_reviews WHERE review IN ('policy_review', 'internal_audit') AND next_due < :as_of;
-- S10-02
SELECT version FROM gov_policy_versions WHERE effective_from <= :as_of AND notified_at IS NULL;
