-- The settlement of many policies at once, written by hand for DuckDB: what `stoploss.frames` is held against.
--
-- Cents are BIGINT. `terms`, `windows`, `lasers` and `factors` are made of the policies by frames_by_hand.py;
-- `claims`, `enrollment` and `received` are the files. No limit is 2^62, no window is one that nothing is in.
-- Terms: bases, benefits, deductible per member or family, lasers and exclusions, ASD, share before or after it,
-- maximum on reimbursement or eligible claims, consumption by day paid or incurred, both ways of counting, loss limits,
-- minimum attachment, maximum flat or as a ceiling. Settled with everything reported. It trusts what it reads.

-- A share of an amount, in millionths, half up.
CREATE OR REPLACE TEMP MACRO share_of(amount, share) AS CAST((amount::HUGEINT * share + 500000) // 1000000 AS BIGINT);

-- 1. What is odd: rows below zero, pending and ineligible ones. Few, so that the one pass over the others is simple.
-- Their ids are left where they are: of all columns those cost the most to read.

CREATE OR REPLACE TEMP TABLE odd AS
SELECT
    policy, member, family, benefit, incurred_on, paid_on, CAST(amount * 100 AS BIGINT) AS cents, adjusts, status,
    coalesce(ineligible_for, 'both') AS ineligible_for
FROM claims
WHERE amount < 0 OR status <> 'paid';

-- What takes back a payment by name is judged by that payment, and belongs to its unit.
CREATE OR REPLACE TEMP TABLE undone AS
WITH named AS (
    SELECT policy, id, family, benefit, incurred_on, paid_on, status, coalesce(ineligible_for, 'both') AS ineligible_for
    FROM claims
    WHERE id IN (SELECT adjusts FROM odd WHERE cents < 0 AND adjusts IS NOT NULL)
)
FROM named SEMI JOIN odd ON odd.policy = named.policy AND odd.adjusts = named.id AND odd.cents < 0;

-- Screened for both covers: `s` is in specific, `a` is in the aggregate.
CREATE OR REPLACE TEMP TABLE screened_odd AS
WITH judged AS (
    SELECT
        policy, member, family, benefit, incurred_on, paid_on, cents, status, ineligible_for,
        NULL AS undoes, status AS own_status, ineligible_for AS own_for
    FROM odd
    WHERE cents >= 0 OR adjusts IS NULL
    UNION ALL
    SELECT
        t.policy, u.member, t.family, t.benefit, t.incurred_on, t.paid_on, u.cents, t.status, t.ineligible_for,
        t.id, u.status, u.ineligible_for
    FROM odd u
    JOIN undone t ON t.policy = u.policy AND t.id = u.adjusts AND u.cents < 0
)
SELECT
    w.pid,
    CASE WHEN w.per_family THEN j.family ELSE j.member END AS unit,
    j.undoes,
    j.cents,
    j.own_status <> 'pending' AS known,
    j.cents < 0 AND j.undoes IS NULL AS loose,
    coalesce(
        j.own_status <> 'pending'
        AND NOT (j.status = 'ineligible' AND j.ineligible_for <> 'aggregate')
        AND NOT (j.own_status = 'ineligible' AND j.own_for <> 'aggregate')
        AND j.incurred_on BETWEEN w.s_incurred_from AND w.s_incurred_to
        AND j.paid_on BETWEEN w.s_paid_from AND w.s_paid_to, FALSE) AS s,
    coalesce(
        j.own_status <> 'pending'
        AND NOT (j.status = 'ineligible' AND j.ineligible_for <> 'specific')
        AND NOT (j.own_status = 'ineligible' AND j.own_for <> 'specific')
        AND j.incurred_on BETWEEN w.a_incurred_from AND w.a_incurred_to
        AND j.paid_on BETWEEN w.a_paid_from AND w.a_paid_to, FALSE) AS a
FROM judged j
JOIN windows w ON w.policy = j.policy AND w.benefit = j.benefit;

-- 2. One pass to a cube of units. `seen` has a bit for each of: in both covers, in specific alone, in the aggregate
-- alone, below zero without a name in either, the same in specific alone.

CREATE OR REPLACE TEMP TABLE cube AS
WITH screened AS (
    SELECT
        w.pid,
        CASE WHEN w.per_family THEN c.family ELSE c.member END AS unit,
        CAST(c.amount * 100 AS BIGINT) AS cents,
        c.incurred_on BETWEEN w.s_incurred_from AND w.s_incurred_to
            AND c.paid_on BETWEEN w.s_paid_from AND w.s_paid_to AS s,
        c.incurred_on BETWEEN w.a_incurred_from AND w.a_incurred_to
            AND c.paid_on BETWEEN w.a_paid_from AND w.a_paid_to AS a
    FROM claims c
    JOIN windows w ON w.policy = c.policy AND w.benefit = c.benefit
    WHERE c.amount >= 0 AND c.status = 'paid'
),
parts AS (
    SELECT
        pid,
        unit,
        count(*) AS claims,
        sum(cents)::BIGINT AS cents,
        bit_or((CASE WHEN s THEN CASE WHEN a THEN 1 ELSE 2 END WHEN a THEN 4 ELSE 0 END)::UTINYINT) AS seen,
        sum(CASE WHEN s THEN cents ELSE 0 END)::BIGINT AS s_total,
        sum(CASE WHEN a THEN cents ELSE 0 END)::BIGINT AS a_total,
        0::BIGINT AS a_back
    FROM screened
    GROUP BY pid, unit
    UNION ALL
    SELECT
        pid,
        unit,
        count(*) FILTER (known),
        coalesce(sum(cents) FILTER (known), 0)::BIGINT,
        bit_or((
            CASE WHEN s AND a THEN 1 WHEN s THEN 2 WHEN a THEN 4 ELSE 0 END
            + CASE WHEN loose AND (s OR a) THEN 8 ELSE 0 END + CASE WHEN loose AND s AND NOT a THEN 16 ELSE 0 END
        )::UTINYINT),
        coalesce(sum(cents) FILTER (s), 0)::BIGINT,
        coalesce(sum(cents) FILTER (a), 0)::BIGINT,
        coalesce(sum(cents) FILTER (a AND cents < 0), 0)::BIGINT
    FROM screened_odd
    GROUP BY pid, unit
)
SELECT
    pid,
    unit,
    sum(claims)::BIGINT AS claims,
    sum(cents)::BIGINT AS cents,
    bit_or(seen) AS seen,
    sum(s_total)::BIGINT AS s_total,
    sum(a_total)::BIGINT AS a_total,
    sum(a_back)::BIGINT AS a_back
FROM parts
GROUP BY pid, unit;

-- 3. Each unit in closed form: netting never changes its sum.
--
-- `plain` says that what its payments count follows from its totals, too. Where both covers see the same rows, or the
-- aggregate sees more and nothing was taken back without a name, what is within the loss limit is also within what the
-- employer keeps. Where specific sees more, that holds below the deductible: what came in besides only shields the rest
-- from refunds, unless a refund is among it. Net of specific everything counts while nothing is reimbursed.

CREATE OR REPLACE TEMP TABLE sheets AS
WITH with_terms AS (
    SELECT
        c.*,
        c.seen & 3 > 0 AS has_s,
        c.seen & 5 > 0 AS has_a,
        c.seen & 2 > 0 AS s_only,
        c.seen & 4 > 0 AS a_only,
        c.seen & 8 > 0 AS loose,
        c.seen & 16 > 0 AS loose_s_only,
        t.has_specific,
        t.has_aggregate,
        t.deductible,
        coalesce(l.deductible, t.deductible) AS laser_at,
        t.aggregating,
        t.share,
        t.share_first,
        t.maximum,
        t.maximum_eligible,
        t.net_of_specific,
        t.aggregating_counts,
        l.pid IS NOT NULL AND t.laser_limit AND NOT l.excluded AS raised,
        least(c.s_total, t.maximum_eligible) AS within
    FROM cube c
    JOIN terms t USING (pid)
    LEFT JOIN lasers l ON l.pid = c.pid AND l.unit = c.unit
),
lines AS (
    SELECT
        *,
        least(within, deductible) AS retained,
        greatest(within - laser_at, 0) AS excess
    FROM with_terms
),
offers AS (
    SELECT
        l.*,
        CASE WHEN l.raised THEN l.laser_at ELSE t.loss_limit END AS loss_limit,
        CASE WHEN l.share_first AND l.excess > 0 THEN share_of(l.excess, l.share) ELSE l.excess END AS offered
    FROM lines l
    JOIN terms t USING (pid)
),
pooled AS (
    SELECT pid, sum(offered)::BIGINT AS of_all FROM offers GROUP BY pid
)
SELECT
    o.*,
    p.of_all > o.aggregating AND o.aggregating > 0 AS partly,
    -- Whether what counts of each payment follows from the unit's totals.
    NOT (o.has_specific AND o.has_aggregate AND o.has_s AND o.has_a)
        OR (NOT o.s_only AND NOT (o.a_only AND o.loose) AND (o.s_total <= o.maximum_eligible OR NOT o.raised))
        OR (o.s_total <= least(o.laser_at, o.maximum_eligible)
            AND (o.net_of_specific OR NOT o.loose OR NOT (o.a_only OR o.loose_s_only))) AS plain
FROM offers o
JOIN pooled p USING (pid);

CREATE OR REPLACE TEMP TABLE hot AS
SELECT
    CAST(row_number() OVER () AS INTEGER) AS uid,
    t.policy,
    t.per_family,
    s.*
FROM sheets s
JOIN terms t USING (pid)
WHERE NOT s.plain OR (s.partly AND s.offered > 0);

-- 4. Payment by payment, for the hot units alone: `plain` does not hold, or the ASD is used in part.

CREATE OR REPLACE TEMP TABLE hot_rows AS
WITH with_unit AS (
    SELECT c.*, CASE WHEN t.per_family THEN c.family ELSE c.member END AS unit
    FROM claims c
    JOIN terms t USING (policy)
),
own AS (
    SELECT
        h.uid, c.policy, c.id, c.benefit, c.incurred_on, c.paid_on, c.amount, c.adjusts, c.status,
        coalesce(c.ineligible_for, 'both') AS ineligible_for
    FROM with_unit c
    JOIN hot h ON h.policy = c.policy AND h.unit = c.unit
),
screened AS (
    SELECT
        o.uid,
        w.pid,
        o.id,
        CASE WHEN w.by_incurred THEN o.incurred_on END AS first_by,
        o.paid_on,
        CAST(o.amount * 100 AS BIGINT) AS cents,
        o.incurred_on BETWEEN w.s_incurred_from AND w.s_incurred_to
            AND o.paid_on BETWEEN w.s_paid_from AND w.s_paid_to
            AND (o.status = 'paid' OR o.ineligible_for = 'aggregate') AS s,
        o.incurred_on BETWEEN w.a_incurred_from AND w.a_incurred_to
            AND o.paid_on BETWEEN w.a_paid_from AND w.a_paid_to
            AND (o.status = 'paid' OR o.ineligible_for = 'specific') AS a
    FROM own o
    JOIN windows w ON w.policy = o.policy AND w.benefit = o.benefit
    WHERE o.status <> 'pending' AND (o.amount >= 0 OR o.adjusts IS NULL)
),
back AS (
    SELECT
        pid,
        undoes AS id,
        coalesce(sum(cents) FILTER (s), 0)::BIGINT AS s_back,
        coalesce(sum(cents) FILTER (a), 0)::BIGINT AS a_back
    FROM screened_odd
    WHERE undoes IS NOT NULL
    GROUP BY pid, undoes
)
SELECT
    r.uid,
    r.id,
    r.first_by,
    r.paid_on,
    r.s,
    r.a,
    CASE WHEN r.s THEN r.cents + coalesce(b.s_back, 0) ELSE 0 END AS s_own,
    CASE WHEN r.a THEN r.cents + coalesce(b.a_back, 0) ELSE 0 END AS a_own
FROM screened r
LEFT JOIN back b ON b.pid = r.pid AND b.id = r.id
WHERE r.s OR r.a;

-- Netted: what is left of each payment when what comes later has taken its part. Without refunds one walk is enough.
CREATE OR REPLACE TEMP TABLE netted AS
WITH running AS (
    SELECT
        *,
        sum(s_own) OVER walk::BIGINT AS s_run,
        sum(a_own) OVER walk::BIGINT AS a_run,
        CAST(row_number() OVER walk AS INTEGER) AS place
    FROM hot_rows
    WINDOW walk AS (PARTITION BY uid ORDER BY first_by, paid_on, id)
),
with_loose AS (
    SELECT r.*, min(r.s_run) OVER rest AS s_least, min(r.a_run) OVER rest AS a_least
    FROM running r
    JOIN hot h USING (uid)
    WHERE h.loose
    WINDOW rest AS (PARTITION BY r.uid ORDER BY r.place DESC)
)
SELECT
    uid, id, first_by, paid_on, place, s, a,
    greatest(0, least(s_run - s_own, s_least)) AS s0,
    greatest(0, s_least) AS s1,
    greatest(0, least(a_run - a_own, a_least)) AS a0,
    greatest(0, a_least) AS a1
FROM with_loose
UNION ALL
SELECT r.uid, r.id, r.first_by, r.paid_on, r.place, r.s, r.a, r.s_run - r.s_own, r.s_run, r.a_run - r.a_own, r.a_run
FROM running r
JOIN hot h USING (uid)
WHERE NOT h.loose;

-- What is above a deductible, in turn: the ASD, the share, the maximum.
CREATE OR REPLACE TEMP TABLE above AS
WITH lines AS (
    SELECT
        h.pid,
        n.uid,
        n.id,
        n.first_by,
        n.paid_on,
        n.place,
        greatest(least(n.s0, h.maximum_eligible) - h.laser_at, 0) AS excess0,
        greatest(least(n.s1, h.maximum_eligible) - h.laser_at, 0) AS excess1,
        h.share_first,
        h.share,
        h.maximum,
        h.partly,
        h.aggregating
    FROM netted n
    JOIN hot h USING (uid)
    WHERE n.s1 > h.laser_at
),
offers AS (
    SELECT
        *,
        CASE
            WHEN share_first THEN share_of(excess1, share) - share_of(excess0, share)
            ELSE excess1 - excess0
        END AS offered
    FROM lines
),
in_turn AS (
    SELECT *, sum(offered) OVER (PARTITION BY pid ORDER BY first_by, paid_on, id) AS of_all
    FROM offers
),
absorbing AS (
    SELECT
        *,
        CASE
            WHEN aggregating = 0 THEN 0
            WHEN partly THEN least(of_all, aggregating) - least(of_all - offered, aggregating)
            ELSE offered
        END::BIGINT AS absorbed
    FROM in_turn
),
running AS (
    SELECT *, sum(absorbed) OVER (PARTITION BY uid ORDER BY place)::BIGINT AS absorbed1
    FROM absorbing
),
reimbursed AS (
    SELECT
        *,
        CASE
            WHEN share_first THEN least(share_of(excess1, share) - absorbed1, maximum)
            ELSE least(share_of(excess1 - absorbed1, share), maximum)
        END AS reimbursable1
    FROM running
)
SELECT
    uid,
    place,
    absorbed,
    reimbursable1 - lag(reimbursable1, 1, 0) OVER (PARTITION BY uid ORDER BY place) AS reimbursable
FROM reimbursed;

CREATE OR REPLACE TEMP TABLE hot_sums AS
WITH lines AS (
    SELECT
        n.uid,
        n.s,
        n.a,
        n.a1 - n.a0 AS net,
        least(n.a1, h.loss_limit) - least(n.a0, h.loss_limit) AS within,
        least(n.s1, h.maximum_eligible, h.laser_at) - least(n.s0, h.maximum_eligible, h.laser_at) AS kept,
        h.net_of_specific,
        h.aggregating_counts,
        coalesce(v.absorbed, 0) AS absorbed,
        coalesce(v.reimbursable, 0) AS reimbursable
    FROM netted n
    JOIN hot h USING (uid)
    LEFT JOIN above v ON v.uid = n.uid AND v.place = n.place
),
sums AS (
    SELECT
        uid,
        sum(absorbed)::BIGINT AS absorbed,
        sum(CASE
            WHEN NOT a THEN 0
            WHEN NOT s THEN within
            WHEN net_of_specific THEN greatest(0, net - reimbursable)
            ELSE least(within, kept) + CASE WHEN aggregating_counts THEN absorbed ELSE 0 END
        END)::BIGINT AS counted
    FROM lines
    GROUP BY uid
)
SELECT h.pid, h.unit, s.absorbed, s.counted
FROM sums s
JOIN hot h USING (uid);

-- 5. The two tables.

CREATE OR REPLACE TEMP TABLE settled AS
WITH absorbing AS (
    SELECT
        u.*,
        CASE WHEN u.partly THEN coalesce(h.absorbed, 0) WHEN u.aggregating > 0 THEN u.offered ELSE 0 END AS absorbed,
        h.counted AS hot_counted
    FROM sheets u
    LEFT JOIN hot_sums h ON h.pid = u.pid AND h.unit = u.unit
),
payable AS (
    SELECT
        *,
        CASE
            WHEN excess = 0 THEN 0
            WHEN share_first THEN offered - absorbed
            ELSE share_of(excess - absorbed, share)
        END AS payable
    FROM absorbing
),
reimbursed AS (
    SELECT *, least(payable, maximum) AS reimbursable FROM payable
)
SELECT
    pid, unit, claims, cents, has_s, s_total, a_total, a_back, deductible, laser_at,
    retained,
    within - retained - excess AS laser,
    absorbed AS aggregating,
    CASE WHEN share_first THEN excess - offered ELSE excess - absorbed - payable END AS employer_share,
    payable - reimbursable + s_total - within AS over_maximum,
    reimbursable,
    a_total - least(a_total, loss_limit) AS over_loss_limit,
    CASE
        WHEN NOT plain THEN hot_counted + least(a_total, 0)
        WHEN net_of_specific AND has_s AND has_a THEN a_total - reimbursable
        ELSE least(a_total, loss_limit) + CASE WHEN aggregating_counts AND has_a THEN absorbed ELSE 0 END
    END AS counted
FROM reimbursed;

CREATE OR REPLACE TEMP TABLE receipts AS
SELECT t.pid, r.member AS unit, sum(CAST(r.amount * 100 AS BIGINT))::BIGINT AS cents
FROM received r
JOIN terms t USING (policy)
GROUP BY t.pid, r.member;

CREATE OR REPLACE TEMP TABLE unit_cents AS
SELECT
    pid,
    unit,
    coalesce(l.deductible, t.deductible) AS deductible,
    coalesce(l.excluded, FALSE) AS excluded,
    coalesce(s.s_total, 0) AS eligible,
    coalesce(s.retained, 0) AS retained,
    coalesce(s.laser, 0) AS laser,
    coalesce(s.aggregating, 0) AS aggregating,
    coalesce(s.employer_share, 0) AS employer_share,
    coalesce(s.over_maximum, 0) AS over_maximum,
    coalesce(s.reimbursable, 0) AS reimbursable,
    coalesce(r.cents, 0) AS reimbursed
FROM (FROM settled WHERE has_s) s
FULL JOIN (FROM receipts WHERE unit IS NOT NULL) r USING (pid, unit)
JOIN terms t USING (pid)
LEFT JOIN lasers l USING (pid, unit)
WHERE t.has_specific;

CREATE OR REPLACE TEMP TABLE attachments AS
WITH months AS (
    -- In 10^-12 dollars, to hold a share in millionths of an amount in millionths.
    SELECT
        t.pid,
        sum(e.units::HUGEINT * f.millionths * 1000000) AS of_year,
        coalesce(sum(e.units::HUGEINT * f.millionths * 1000000) FILTER (
            CASE
                WHEN length(e.month) = 7 THEN e.month = strftime(t.effective, '%Y-%m')
                ELSE CAST(e.month AS DATE) BETWEEN t.effective AND t.first_month_ends
            END
        ), 0) AS of_first
    FROM enrollment e
    JOIN terms t USING (policy)
    JOIN factors f ON f.pid = t.pid AND f.tier = e.tier
    GROUP BY t.pid
),
minima AS (
    SELECT
        m.*,
        CASE WHEN coalesce(t.minimum_amount, t.minimum_share) IS NOT NULL THEN greatest(
            coalesce(t.minimum_amount, 0)::HUGEINT * 10000000000,
            m.of_first * coalesce(t.minimum_share, 0) * t.months // 1000000
        ) END AS least_of_year
    FROM months m
    JOIN terms t USING (pid)
)
SELECT
    pid,
    CAST((of_year + 5000000000) // 10000000000 AS BIGINT) AS calculated,
    CAST((least_of_year + 5000000000) // 10000000000 AS BIGINT) AS minimum,
    CAST((greatest(of_year, coalesce(least_of_year, 0)) + 5000000000) // 10000000000 AS BIGINT) AS point
FROM minima;

CREATE OR REPLACE TEMP TABLE policy_cents AS
WITH lost AS (
    -- What takes back a payment that was not reported is excluded, and the plan's all the same.
    SELECT t.pid, count(*) AS claims, sum(u.cents)::BIGINT AS cents
    FROM (FROM odd WHERE cents < 0 AND adjusts IS NOT NULL AND status <> 'pending') u
    ANTI JOIN undone d ON d.policy = u.policy AND d.id = u.adjusts
    JOIN terms t USING (policy)
    GROUP BY t.pid
),
unit_sums AS (
    SELECT
        pid,
        sum(claims)::BIGINT AS claims,
        sum(cents)::BIGINT AS cents,
        sum(s_total)::BIGINT AS s_total,
        sum(retained)::BIGINT AS retained,
        sum(laser)::BIGINT AS laser,
        sum(aggregating)::BIGINT AS aggregating,
        sum(employer_share)::BIGINT AS employer_share,
        sum(over_maximum)::BIGINT AS over_maximum,
        sum(reimbursable)::BIGINT AS reimbursable,
        sum(a_total)::BIGINT AS a_total,
        sum(a_back)::BIGINT AS a_back,
        sum(over_loss_limit)::BIGINT AS over_loss_limit,
        sum(counted)::BIGINT AS counted
    FROM settled
    GROUP BY pid
),
paid AS (
    SELECT
        pid,
        coalesce(sum(cents) FILTER (unit IS NOT NULL), 0)::BIGINT AS s_paid,
        coalesce(sum(cents) FILTER (unit IS NULL), 0)::BIGINT AS a_paid
    FROM receipts
    GROUP BY pid
),
held AS (
    SELECT
        t.*,
        coalesce(u.claims, 0) + coalesce(l.claims, 0) AS claims,
        coalesce(u.cents, 0) + coalesce(l.cents, 0) AS cents,
        u.* EXCLUDE (pid, claims, cents, aggregating, reimbursable, employer_share, over_maximum),
        u.aggregating AS absorbed,
        coalesce(u.reimbursable, 0) AS s_reimbursable,
        u.employer_share AS s_employer_share,
        u.over_maximum AS s_over_maximum,
        coalesce(p.s_paid, 0) AS s_paid,
        coalesce(p.a_paid, 0) AS a_paid,
        a.calculated,
        a.minimum AS minimum_point,
        a.point,
        greatest(0, coalesce(u.counted, 0) - a.point) AS excess
    FROM terms t
    LEFT JOIN unit_sums u USING (pid)
    LEFT JOIN lost l USING (pid)
    LEFT JOIN paid p USING (pid)
    LEFT JOIN attachments a USING (pid)
),
owed AS (
    SELECT
        *,
        CASE WHEN ceiling THEN least(excess, greatest(0, a_maximum - point)) ELSE excess END AS under,
        share_of(under, a_share) AS payable
    FROM held
)
SELECT *, CASE WHEN ceiling THEN payable ELSE least(payable, a_maximum) END AS a_reimbursable
FROM owed;

CREATE OR REPLACE TEMP MACRO dollars(cents) AS CAST(cents * 0.01::DECIMAL(3, 2) AS DECIMAL(18, 2));

CREATE OR REPLACE TEMP TABLE units AS
SELECT
    t.policy,
    u.unit,
    CASE WHEN NOT u.excluded THEN dollars(u.deductible) END AS deductible,
    u.excluded,
    dollars(u.eligible) AS eligible,
    dollars(u.retained) AS retained,
    dollars(u.laser) AS laser,
    dollars(u.aggregating) AS aggregating,
    dollars(u.employer_share) AS employer_share,
    dollars(u.over_maximum) AS over_maximum,
    dollars(u.reimbursable) AS reimbursable,
    dollars(u.reimbursed) AS reimbursed,
    dollars(u.reimbursable - u.reimbursed) AS due
FROM unit_cents u
JOIN terms t USING (pid);

CREATE OR REPLACE TEMP TABLE policies AS
SELECT
    policy,
    NULL::DATE AS as_of,
    TRUE AS final,
    claims,
    dollars(cents) AS claims_amount,
    CASE WHEN has_specific THEN dollars(cents - coalesce(s_total, 0)) END AS specific_excluded,
    CASE WHEN has_specific THEN dollars(coalesce(s_total, 0)) END AS specific_eligible,
    CASE WHEN has_specific THEN dollars(coalesce(retained, 0)) END AS specific_retained,
    CASE WHEN has_specific THEN dollars(coalesce(laser, 0)) END AS specific_laser,
    CASE WHEN has_specific THEN dollars(coalesce(absorbed, 0)) END AS specific_aggregating,
    CASE WHEN has_specific THEN dollars(coalesce(s_employer_share, 0)) END AS specific_employer_share,
    CASE WHEN has_specific THEN dollars(coalesce(s_over_maximum, 0)) END AS specific_over_maximum,
    CASE WHEN has_specific THEN dollars(s_reimbursable) END AS specific_reimbursable,
    CASE WHEN has_specific THEN dollars(s_paid) END AS specific_reimbursed,
    CASE WHEN has_specific THEN dollars(s_reimbursable - s_paid) END AS specific_due,
    CASE WHEN has_aggregate THEN dollars(cents - coalesce(a_total, 0)) END AS aggregate_excluded,
    CASE WHEN has_aggregate THEN dollars(coalesce(a_total - a_back, 0)) END AS aggregate_gross,
    CASE WHEN has_aggregate THEN dollars(coalesce(a_back, 0)) END AS aggregate_voids_and_refunds,
    CASE WHEN has_aggregate THEN dollars(coalesce(a_total, 0)) END AS aggregate_eligible,
    CASE WHEN has_aggregate THEN dollars(coalesce(over_loss_limit, 0)) END AS aggregate_over_loss_limit,
    CASE WHEN has_aggregate THEN dollars(coalesce(a_total - over_loss_limit - counted, 0)) END
        AS aggregate_reimbursed_by_specific,
    CASE WHEN has_aggregate THEN dollars(coalesce(counted, 0)) END AS aggregate_counted,
    CASE WHEN has_aggregate THEN dollars(calculated) END AS aggregate_calculated_attachment,
    CASE WHEN has_aggregate THEN dollars(minimum_point) END AS aggregate_minimum_attachment,
    CASE WHEN has_aggregate THEN dollars(point) END AS aggregate_attachment_point,
    CASE WHEN has_aggregate THEN dollars(excess) END AS aggregate_excess,
    CASE WHEN has_aggregate THEN dollars(under - payable) END AS aggregate_employer_share,
    CASE WHEN has_aggregate THEN dollars(excess - under + payable - a_reimbursable) END AS aggregate_over_maximum,
    CASE WHEN has_aggregate THEN dollars(a_reimbursable) END AS aggregate_reimbursable,
    CASE WHEN has_aggregate THEN dollars(a_paid) END AS aggregate_reimbursed,
    CASE WHEN has_aggregate THEN dollars(a_reimbursable - a_paid) END AS aggregate_due,
    dollars(cents - s_reimbursable - coalesce(CASE WHEN has_aggregate THEN a_reimbursable END, 0)) AS employer_net,
    dollars(s_reimbursable + coalesce(CASE WHEN has_aggregate THEN a_reimbursable END, 0)) AS carrier_total
FROM policy_cents;
