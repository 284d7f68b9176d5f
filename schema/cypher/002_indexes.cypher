// Written by scripts/export_cypher.py. Do not edit.
CREATE INDEX whence_entity_kind IF NOT EXISTS FOR (n:Entity) ON (n.kind, n.age);
CREATE INDEX whence_entity_namespace IF NOT EXISTS FOR (n:Entity) ON (n.namespace, n.kind, n.age);
CREATE INDEX whence_entity_state IF NOT EXISTS FOR (n:Entity) ON (n.state, n.age);
CREATE INDEX whence_entity_whole IF NOT EXISTS FOR (n:Entity) ON (n.whole, n.age);
CREATE INDEX whence_entity_named IF NOT EXISTS FOR (n:Entity) ON (n.named, n.age);
CREATE TEXT INDEX whence_entity_search IF NOT EXISTS FOR (n:Entity) ON (n.search);
CREATE INDEX whence_fingerprint_value IF NOT EXISTS FOR (n:Fingerprint) ON (n.value);
CREATE INDEX whence_event_time IF NOT EXISTS FOR (n:Event) ON (n.time);
CREATE INDEX whence_event_run IF NOT EXISTS FOR (n:Event) ON (n.runKey);
CREATE INDEX whence_rejected_became IF NOT EXISTS FOR (n:Rejected) ON (n.became);
CREATE INDEX whence_entry_k IF NOT EXISTS FOR (n:Entry) ON (n.k);
CREATE INDEX whence_touch_k IF NOT EXISTS FOR (n:Touch) ON (n.k);
