// Written by scripts/export_cypher.py. Do not edit.
CREATE CONSTRAINT whence_entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_tag_id IF NOT EXISTS FOR (n:Tag) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_owner_id IF NOT EXISTS FOR (n:Owner) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_fingerprint_id IF NOT EXISTS FOR (n:Fingerprint) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_text_name IF NOT EXISTS FOR (n:Text) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT whence_log_name IF NOT EXISTS FOR (n:Log) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT whence_turn_name IF NOT EXISTS FOR (n:Turn) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT whence_event_seq IF NOT EXISTS FOR (n:Event) REQUIRE n.seq IS UNIQUE;
CREATE CONSTRAINT whence_event_key IF NOT EXISTS FOR (n:Event) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT whence_rejected_id IF NOT EXISTS FOR (n:Rejected) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT whence_record_key IF NOT EXISTS FOR (n:Record) REQUIRE n.key IS UNIQUE;
