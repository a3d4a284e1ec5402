"""The words of special care-required personal information, by what the law lists.

Look-aheads here hold no brackets of their own: `prefilter.py` drops them to get a wider pattern.
"""

from __future__ import annotations


def _any(*parts: str) -> str:
    return "|".join(parts)


def _each(beginnings: str, ending: str) -> str:
    """One alternative for each beginning: patterns that begin with a sign are searched fast."""
    return "|".join(beginning + ending for beginning in beginnings.split())


_MEDICAL = _any(
    r"うつ病|鬱病|躁うつ|統失|躁鬱|メンタル(?:疾患|不調)|うつ状態|うつ(?:で(?:す|休|通|療|治|"
    r"外|動)|のため|の薬|を発症|と診断|の治療|になり|症状)|"
    r"双極性障害|統合失調|適応障害|パニック(?:障害|発作)|摂食障害|拒食症|過食症|強迫性障害|"
    r"不安障害|睡眠障害|不眠症|PTSD|心的外傷|自律神経失調|更年期障害|"
    r"依存症(?=です|で|の治療|を|があ|に)|精神疾患|精神病|神経症|てんかん|認知症|"
    r"アルツハイマー|パーキンソン病|リウマチ|膠原病|白血病|悪性リンパ腫|肉腫|腫瘍|糖尿病|"
    r"肝硬変|肝炎|腎不全|腎臓病|心臓病|基礎疾患|心疾患|腎疾患|肝疾患|花粉症(?=です|なの|で|が|"
    r"持ち)|麻痺(?=があ|が残)|心不全|心筋梗塞|狭心症|不整脈|脳梗塞|脳卒中|"
    r"くも膜下出血|脳出血|脳腫瘍|高血圧(?=で|症|の治療|を患|と診断)|喘息|ぜんそく|結核|肺炎|"
    r"梅毒|クラミジア|HIV(?:感染|陽性|に感染)|エイズ|潰瘍性大腸炎|クローン病|子宮内膜症|"
    r"子宮筋腫|多発性硬化症|筋ジストロフィー|筋萎縮性側索硬化症|メニエール病|バセドウ病|"
    r"甲状腺(?:の病気|機能)|骨粗(?:鬆|しょう)症|椎間板ヘルニア|緑内障|白内障|抗(?:がん|癌)剤|"
    r"化学療法|放射線治療|人工透析|透析(?:中|患者|を受|に通)|ペースメーカー|人工肛門|ストーマ|"
    r"人工関節|臓器移植|不妊治療|帝王切開|流産|死産|中絶|闘病|病気療養|療養中|治療(?:中|"
    r"のため|を(?:受|"
    r"続|し))|通院歴|"
    r"通院(?:中|して|し、|のため|しな|先)|"
    r"入院(?:中|して|し、|のため|予定|しな|歴|先|する|した|することに)|"
    r"手術(?:を受|をし|をする|した|しま|後|のため|予定|歴)|既往(?:歴|症)|病歴|持病|難病|"
    r"指定疾患|診断書|余命|検査結果が?(?:陽性|要精密)|要(?:精密|再)検査|検査で陽性|"
    r"健診で(?:異常|再検|要)|"
    r"陽性と(?:判定|診断)|ストレスチェックの?結果|保健指導を受|遺伝子検査の?結果|"
    r"カルテ(?!ッ|ル)|処方(?:薬|箋|され)|服用中|"
    r"アレルギー(?:持ち|があ[るり]|で(?:す|して)|体質|が出|反応が出)|アナフィラキシー|"
    r"アトピー(?:があ[るり]|持ち|性皮膚炎|です|なので|で(?:す|肌))",
    _each(
        "精神科 心療内科 腫瘍内科 メンタルクリニック",
        r"(?:に|へ|で|を)?(?:通|受診|かかっ|入院|治療)",
    ),
    _each(
        "抗 肺 胃 乳 大腸 肝臓 膵臓 すい臓 子宮 子宮頸 卵巣 前立腺 甲状腺 食道 咽頭 皮膚 末期 小児",
        r"(?:がん|癌)",
    ),
    _each(
        "がん 癌 ガン",
        r"(?:治療|患者|を?患|と診断|の(?:手術|治療|疑い|告知)|が(?:見つか|再発|転移)|で(?:亡|"
        r"闘病|入院|通院)|闘病)",
    ),
    _each("健康診断 人間ドック 健診 血液検査", r"の?結果"),
    _each("コロナ インフルエンザ 新型コロナウイルス", r"(?:に感染|陽性|に(?:かか|罹))"),
    _each("と だと", r"診断され"),
    _each("服薬 投薬", r"(?:中|して|を)"),
    _each("薬 インスリン 抗うつ薬 睡眠薬", r"を(?:飲ん|服用|処方|打っ|常用)"),
)
_DISABILITY = _any(
    r"手帳[1-6]級|療育手帳|愛の手帳|自閉|アスペルガー|ADHD|ダウン症|被爆者|障害者枠|"
    r"障がい者枠|脳性(?:麻痺|まひ)|"
    r"車[椅い][すー]?子?(?:生活|を使|を利用|を使用|で生活|での?(?:生活|移動|外出)|ユーザー|"
    r"利用者|に乗っ|なので|です)|要介護[1-5一-五]|"
    r"要介護(?:状態|認定|者|の(?:父|母|祖|親|夫|妻))|要支援[12一二]|肢体不自由|寝たきり|"
    r"介護認定|全盲|"
    r"弱視|失明|ろう者|聾|難聴|耳が(?:聞こえ(?:な|に)|聴こえ(?:な|に)|不自由|遠)|"
    r"目が(?:見えな|見えに|不自由)|半身(?:不随|麻痺)|下半身(?:不随|麻痺)|手話(?:での|を使)|"
    r"盲導犬|補聴器を(?:使|付|着)|人工内耳|義足(?=を|で|の|です|ユ)|義手(?=を|で|の|です|ユ)|"
    r"盲目(?=の|です)",
    _each(
        "身体 知的 精神 視覚 聴覚 発達 肢体 学習 言語 内部 高次脳機能 重度 軽度",
        r"(?:の)?(?:障害|障がい|障碍)",
    ),
    _each(
        "障害 障がい 障碍",
        r"(?:者手帳|年金|等級|者(?:です|なので|雇用|の(?:息子|娘|子|家族))|を(?:持|抱)|(?:が|"
        r"の)あ[るり])",
    ),
    _each("障害 障がい", r"[1-6]級"),
    _each("手 足 体 身体", r"が不自由"),
)
_CRIME = _any(
    r"前科|前歴が|逮捕歴|逮捕され|犯罪歴|服役|刑務所(?:に|を|で|から)|出所(?:し|後)|執行猶予|"
    r"有罪判決|実刑|懲役|罰金刑|保護観察(?:中|処分)|少年院|少年鑑別所|"
    r"家庭裁判所の?(?:審判|処分)|起訴され|書類送検|送検され|検挙され|補導され|犯罪被害|被害届|"
    r"つきまとわれて|被害者支援",
    _each(
        "DV ストーカー 性犯罪 性暴力 性的 家庭内暴力 強盗 傷害 詐欺 盗撮 痴漢 いじめ 虐待 レイプ",
        r"の?被害",
    ),
    _each("DV ストーカー 夫の暴力 暴力 虐待", r"(?:で|から|を受け)(?:避難|逃|転居|保護|て)"),
)
_CREED = _any(
    r"信仰(?!心)|宗教上|宗教的な?理由|入信|洗礼を|信者(?=です|なの|として|であ|の母|の父)|"
    r"イスラム教徒|ムスリム|仏教徒|キリスト教徒|ヒンドゥー教徒|ユダヤ教徒|カトリック教徒|"
    r"モルモン教|クリスチャン(?=です|なの|として|のため)|エホバの証人|創価学会|統一教会|"
    r"幸福の科学|天理教|真如苑|立正佼成会|支持(?:政党|している政党)|党員です|政治的?信条|"
    r"思想信条|労働組合(?:員|に(?:加入|所属)|の(?:組合員|活動|委員))|組合活動|労組(?:の|に加入)|"
    r"組合員(?=です|として)|同性愛者|LGBT(?:の当事者|Qの当事者|です|なので)|同性のパートナー|"
    r"ゲイ(?=です|なの|であ|として)|"
    r"レズビアン(?=です|なの|であ)|バイセクシュアル|"
    r"トランスジェンダー(?=です|なの|であ|として)|性同一性障害|性自認",
    _each(
        "イスラム キリスト ヒンドゥー ユダヤ 仏 神",
        r"教(?:なので|のため|を信|の信|に(?:入|改)|です)",
    ),
    _each(
        "自民 公明 共産 立憲民主 国民民主 社民 維新の会 れいわ新選組",
        r"(?:党)?(?:党員|の党員|を支持|支持者)",
    ),
)
_STATUS = _any(
    r"被差別|部落(?:民|出身|差別|の出身)|同和地区|"
    r"在日(?:韓国|朝鮮|コリアン|中国|ブラジル|外国)人?|在日[2-4二三四]世|"
    r"アイヌ(?:民族|の血|出身|の出身|です|人|系)|人種は|本籍地|生活保護(?:を受|受給|世帯)|"
    r"非嫡出|嫡出でない",
    _each("朝鮮 中国 韓国 黒人 日系ブラジル", r"系?(?:人)?の血を"),
)
ENGLISH = (
    r"(?i:diagnosed with|(?:suffer(?:s|ing|ed)? from|history of|treated for|living with|"
    r"treatment for|"
    r"(?:have|has|had|with|my|his|her) (?:severe |chronic |type [12] |clinical |a |an |"
    r"stage [1-4] |breast |lung )*)"
    r"(?:depression|diabetes|cancer|schizophrenia|bipolar|epilepsy|asthma|hiv|aids|dementia|"
    r"autism|adhd|"
    r"anxiety disorder|hepatitis|leukemia|leukaemia|disability|disabilities|mental illness|"
    r"illness|heart disease|stroke)|"
    r"schizophreni[ac]|bipolar disorder|epilep(?:sy|tic)|chemotherapy|cancer (?:treatment|patient)|"
    r"hiv[- ]positive|wheelchair (?:user|bound)|use a wheelchair|disability certificate|"
    r"i am (?:deaf|blind|disabled|autistic|pregnant)|"
    r"criminal record|convicted of|on probation|on parole|was arrested|domestic violence|"
    r"sexual(?:ly)? assault(?:ed)?|"
    r"mental illness|trade union member|union member|i am (?:a )?(?:muslim|christian|jewish|"
    r"hindu|buddhist|catholic)|"
    r"sexual orientation|i am (?:gay|lesbian|bisexual|transgender))"
)
JAPANESE = _any(_MEDICAL, _DISABILITY, _CRIME, _CREED, _STATUS)
"""Each alternative begins with a sign, not with a group."""
