"""What the SQL of a rule may be made of; everything means the same on every engine."""

from __future__ import annotations

from sqlglot import exp

#: The day of a moment, the only function that rules have of their own.
DAY_OF = "day_of"
#: As people write them; shown where another one was written.
FUNCTIONS = (
    "AND", "OR", "NOT", "=", "<>", "<", "<=", ">", ">=", "IN", "BETWEEN", "IS NULL", "EXISTS",
    "SELECT … FROM … JOIN … WHERE … GROUP BY … HAVING", "CASE", "COALESCE", "NULLIF", "TRIM",
    "SUBSTRING", "COUNT", "MIN", "MAX", "SUM", "+", "-", "*", "DAY_OF",
)  # fmt: skip
NODES = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE,
    exp.In, exp.Between, exp.Is, exp.Null, exp.Boolean, exp.Exists, exp.Select, exp.Subquery,
    exp.From, exp.Table, exp.TableAlias, exp.Where, exp.Group, exp.Having, exp.Distinct, exp.Alias,
    exp.Column, exp.Identifier, exp.Literal, exp.Placeholder, exp.Star, exp.Case, exp.If,
    exp.Coalesce, exp.Nullif, exp.Trim, exp.Substring, exp.Count, exp.Min, exp.Max, exp.Sum,
    exp.Add, exp.Sub, exp.Mul, exp.Neg,
)  # fmt: skip
