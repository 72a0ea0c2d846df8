-- Evidence on cards carries what the item itself does: source, confidence, extractor, time and citation. Cards of
-- version 1 held only words and address, so that the rest is taken from the items, which are kept beside them.

UPDATE icp_suggestions SET suggestions = json_set(suggestions, '$.body.cards', (
    SELECT json_group_array(json_set(card.value, '$.evidence', (
        SELECT json_group_array(json(coalesce(
            (SELECT json_set(shown.value,
                    '$.source', item.item ->> '$.body.source',
                    '$.confidence', item.item -> '$.body.confidence',
                    '$.extractor', item.item ->> '$.body.extractor',
                    '$.observed_at', item.item ->> '$.body.observed_at',
                    '$.citation', json(coalesce(item.item -> '$.body.citation', 'null')))
                FROM icp_evidence item
                WHERE item.tenant_id = icp_suggestions.tenant_id AND item.run_id = icp_suggestions.run_id
                    AND item.evidence_id = shown.value ->> '$.id'),
            shown.value)))
        FROM json_each(card.value, '$.evidence') shown)))
    FROM json_each(suggestions, '$.body.cards') card))
WHERE suggestions ->> '$.v' = 1;

-- How far records were rewritten, so that opening a file looks at them once and not each time.
CREATE TABLE icp_record_revision (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL
) STRICT;

INSERT INTO icp_record_revision (one, revision) VALUES (1, 0);
