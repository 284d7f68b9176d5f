BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('dc11669786a5');
CREATE TABLE "assessments" (
	assessment_id VARCHAR(50) NOT NULL, 
	trace_id VARCHAR(50) NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	assessment_type VARCHAR(20) NOT NULL, 
	value TEXT NOT NULL, 
	error TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id VARCHAR(250), 
	run_id VARCHAR(32), 
	span_id VARCHAR(50), 
	rationale TEXT, 
	overrides VARCHAR(50), 
	valid BOOLEAN NOT NULL, 
	assessment_metadata TEXT, 
	experiment_id INTEGER, 
	trace_timestamp_ms BIGINT, 
	aggregate_value FLOAT, 
	is_numeric_value BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
	CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE budget_policies (
	budget_policy_id VARCHAR(36) NOT NULL, 
	budget_unit VARCHAR(32) NOT NULL, 
	budget_amount FLOAT NOT NULL, 
	duration_unit VARCHAR(32) NOT NULL, 
	duration_value INTEGER NOT NULL, 
	target_scope VARCHAR(32) NOT NULL, 
	budget_action VARCHAR(32) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, target_value VARCHAR(255), 
	CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id)
);
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('2fcad27014dc425e80e0428bfe6691fb',1,'train','3798ea3f','local','{"uri": "/srv/risk/data/train.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 3, "num_elements": 6}');
INSERT INTO "datasets" VALUES('4362650cc1a340bbb65f5b0af92ba7f6',1,'valid','d83c4b15','s3','{"uri": "s3://risk-lake/raw/valid.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 2, "num_elements": 4}');
INSERT INTO "datasets" VALUES('d28690cbca2e48d398e66a8cd0a8940a',1,'relative','e18ef2a2','local','{"uri": "data/relative.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 1, "num_elements": 2}');
INSERT INTO "datasets" VALUES('3cd92c4e6e284618abd41c9a9aaff883',1,'delta','00000001','delta_table','{"path": "s3://risk-lake/tables/loans", "delta_table_version": 412}',NULL,NULL);
INSERT INTO "datasets" VALUES('f2ee06e2586148e9bcf661fa3906231b',1,'table','00000002','delta_table','{"delta_table_name": "main.risk.loans", "delta_table_version": 3, "is_databricks_uc_table": true, "delta_table_id": null}',NULL,NULL);
INSERT INTO "datasets" VALUES('4e8c01e00dc04a52ae03e01179342ef4',1,'pinned','00000003','hugging_face','{"path": "acme/loans", "config_name": null, "data_dir": null, "data_files": null, "split": "train", "revision": "901b75f7d45c1095fa4fd8da34b9f450d4828e90"}',NULL,NULL);
INSERT INTO "datasets" VALUES('3593f0ba90064d4188d40d2e6ed6deb6',1,'moving','00000004','hugging_face','{"path": "acme/loans", "config_name": null, "data_dir": null, "data_files": null, "split": "train", "revision": "main"}',NULL,NULL);
INSERT INTO "datasets" VALUES('a40fabde01164e3cae1f91a8c21f221c',1,'web','00000005','http','{"url": "https://ada:letmein@data.example.com/loans.csv?sig=letmein"}',NULL,NULL);
INSERT INTO "datasets" VALUES('3ff0f587491f4571b7329191d059f1ff',1,'test','0a3bbd54','s3','{"uri": "s3://risk-lake/raw/test.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 1, "num_elements": 2}');
INSERT INTO "datasets" VALUES('ae51c944f6974aae9de163c4c59aeba5',2,'first','d1a55173','local','{"uri": "/srv/data/first.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('f4bc39a27f0e4b9a94f94fd63038a789',2,'table','d1a55173','local','{"uri": "/srv/data/first.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('6ce8b2c422274aa7885f49a423745413',2,'dataset','d1a55173','code','{"tags": {"mlflow.user": "ada", "mlflow.source.name": "produce.py", "mlflow.source.type": "LOCAL"}}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('3ad529cce35844a29e7a81c5528b5bd5',2,'row','d1a55173','local','{"uri": "/srv/data/row.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('c453290ccfe643d68577ca0a6747b4b6',2,'column','d1a55173','local','{"uri": "/srv/data/column.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
CREATE TABLE endpoint_bindings (
	endpoint_id VARCHAR(36) NOT NULL, 
	resource_type VARCHAR(50) NOT NULL, 
	resource_id VARCHAR(255) NOT NULL, 
	created_at BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), display_name VARCHAR(255), 
	CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id), 
	CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE endpoint_model_mappings (
	mapping_id VARCHAR(36) NOT NULL, 
	endpoint_id VARCHAR(36) NOT NULL, 
	model_definition_id VARCHAR(36) NOT NULL, 
	weight FLOAT NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, linkage_type VARCHAR(64) DEFAULT 'PRIMARY' NOT NULL, fallback_order INTEGER, 
	CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id), 
	CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY(model_definition_id) REFERENCES model_definitions (model_definition_id)
);
CREATE TABLE endpoint_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	endpoint_id VARCHAR(36) NOT NULL, 
	CONSTRAINT endpoint_tag_pk PRIMARY KEY ("key", endpoint_id), 
	CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE "endpoints" (
	endpoint_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	routing_strategy VARCHAR(64), 
	fallback_config_json TEXT, 
	experiment_id INTEGER, 
	usage_tracking BOOLEAN DEFAULT '0' NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id), 
	CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE SET NULL, 
	CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE entity_associations (
	association_id VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, 
	created_time BIGINT, 
	CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
CREATE TABLE "evaluation_dataset_records" (
	dataset_record_id VARCHAR(36) NOT NULL, 
	dataset_id VARCHAR(36) NOT NULL, 
	inputs JSON NOT NULL, 
	expectations JSON, 
	tags JSON, 
	source JSON, 
	source_id VARCHAR(36), 
	source_type VARCHAR(255), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	input_hash VARCHAR(64) NOT NULL, outputs JSON, 
	CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id), 
	CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE, 
	CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash)
);
CREATE TABLE evaluation_dataset_tags (
	dataset_id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, "key"), 
	CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE
);
CREATE TABLE "evaluation_datasets" (
	dataset_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	schema TEXT, 
	profile TEXT, 
	digest VARCHAR(64), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)
);
CREATE TABLE "experiment_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','/srv/mlflow/mlruns/0','active',1795295117552,1795295117552,'default');
INSERT INTO "experiments" VALUES(1,'risk','/srv/mlflow/mlruns/1','active',1795295117640,1795295117640,'default');
INSERT INTO "experiments" VALUES(2,'collisions','/srv/mlflow/mlruns/2','active',1795295147638,1795295147638,'default');
INSERT INTO "experiments" VALUES(3,'states','/srv/mlflow/mlruns/3','active',1795295155404,1795295155404,'default');
CREATE TABLE guardrail_configs (
	endpoint_id VARCHAR(36) NOT NULL, 
	guardrail_id VARCHAR(36) NOT NULL, 
	execution_order INTEGER, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id), 
	CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY(guardrail_id) REFERENCES guardrails (guardrail_id) ON DELETE CASCADE
);
CREATE TABLE guardrails (
	guardrail_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	action_endpoint_id VARCHAR(36), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id), 
	CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY(scorer_id, scorer_version) REFERENCES scorer_versions (scorer_id, scorer_version), 
	CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY(action_endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE SET NULL
);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('fb394ed367524955b9b9713ceade4007','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('97ecc3cd29bb4765b35e5016b8ccab2f','mlflow.data.context','validation');
INSERT INTO "input_tags" VALUES('e923fff5592b43cf888f4236640c55b2','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('3a627f84392f464c84c3fe09ad103acc','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('a625cd67bb09439191bacf24c7ff7e8f','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('00602a8048314968b630f868e623709e','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('a12622017c9743339040a73694cb0f58','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('b0863008cb2f468c8fc55571c08cfc6e','mlflow.data.context','reference');
INSERT INTO "input_tags" VALUES('cbf019de93944395b1ef8085210560b5','mlflow.data.context','evaluation');
INSERT INTO "input_tags" VALUES('46398d41c2f94cfd84d6f62340a298c7','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('c3ba5a485dc24a878a4a6034f8d4b37d','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('ba1d126fb39641718e743d12ed2eb0b1','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('b507b596d3d548d5938cc7ca98a7cb5b','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('4be6189e32674c38b33c27e9ba3af5c2','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('d306f3dfe67a4af7966224d5e1d88951','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('2532caf412ed402eb897806cad623727','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('d81b852aab494c8eb5f8afe04984dbab','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('83131bb7001548feb13fe0914d71719e','mlflow.data.context','training');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('fb394ed367524955b9b9713ceade4007','DATASET','2fcad27014dc425e80e0428bfe6691fb','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('97ecc3cd29bb4765b35e5016b8ccab2f','DATASET','4362650cc1a340bbb65f5b0af92ba7f6','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('e923fff5592b43cf888f4236640c55b2','DATASET','d28690cbca2e48d398e66a8cd0a8940a','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('3a627f84392f464c84c3fe09ad103acc','DATASET','3cd92c4e6e284618abd41c9a9aaff883','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('a625cd67bb09439191bacf24c7ff7e8f','DATASET','f2ee06e2586148e9bcf661fa3906231b','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('00602a8048314968b630f868e623709e','DATASET','4e8c01e00dc04a52ae03e01179342ef4','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('a12622017c9743339040a73694cb0f58','DATASET','3593f0ba90064d4188d40d2e6ed6deb6','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('b0863008cb2f468c8fc55571c08cfc6e','DATASET','a40fabde01164e3cae1f91a8c21f221c','RUN','077a7954143c40569652c48727aa87b1',0);
INSERT INTO "inputs" VALUES('9ca3a5612a7c4252bb88f3e7c6995d69','RUN_OUTPUT','077a7954143c40569652c48727aa87b1','MODEL_OUTPUT','m-1bbb2dd2569f4e76ba09724af2d27bb0',0);
INSERT INTO "inputs" VALUES('c9619a226e704b519b92296435bb9f86','RUN_OUTPUT','077a7954143c40569652c48727aa87b1','MODEL_OUTPUT','m-bc2d948eb892423980d7dea4eeb3a449',0);
INSERT INTO "inputs" VALUES('cbf019de93944395b1ef8085210560b5','DATASET','3ff0f587491f4571b7329191d059f1ff','RUN','652933aa802f46dbba0f972b4c1be882',0);
INSERT INTO "inputs" VALUES('c98febf2762f4bc3a1367dcc721a8294','RUN_INPUT','652933aa802f46dbba0f972b4c1be882','MODEL_INPUT','m-1bbb2dd2569f4e76ba09724af2d27bb0',0);
INSERT INTO "inputs" VALUES('46398d41c2f94cfd84d6f62340a298c7','DATASET','ae51c944f6974aae9de163c4c59aeba5','RUN','88b5117c03ee43d3888904d165d49fdb',0);
INSERT INTO "inputs" VALUES('c3ba5a485dc24a878a4a6034f8d4b37d','DATASET','f4bc39a27f0e4b9a94f94fd63038a789','RUN','684cc582d4364dc69740702a88928250',0);
INSERT INTO "inputs" VALUES('ba1d126fb39641718e743d12ed2eb0b1','DATASET','6ce8b2c422274aa7885f49a423745413','RUN','f18c8a061fb745a587eacee9d2bb69d9',0);
INSERT INTO "inputs" VALUES('b507b596d3d548d5938cc7ca98a7cb5b','DATASET','3ad529cce35844a29e7a81c5528b5bd5','RUN','e101f6f975384d91b314bae23ba633db',0);
INSERT INTO "inputs" VALUES('4be6189e32674c38b33c27e9ba3af5c2','DATASET','f4bc39a27f0e4b9a94f94fd63038a789','RUN','27a5fd6f291d438ba1bf693fd6bf97d4',0);
INSERT INTO "inputs" VALUES('d306f3dfe67a4af7966224d5e1d88951','DATASET','6ce8b2c422274aa7885f49a423745413','RUN','cf34380a565b4e6a9821d823dfef1855',0);
INSERT INTO "inputs" VALUES('2532caf412ed402eb897806cad623727','DATASET','c453290ccfe643d68577ca0a6747b4b6','RUN','09deb69d828d4b4ba89a98bd16393cad',0);
INSERT INTO "inputs" VALUES('d81b852aab494c8eb5f8afe04984dbab','DATASET','f4bc39a27f0e4b9a94f94fd63038a789','RUN','714dbd8282f348c58d08899ecf7f36e8',0);
INSERT INTO "inputs" VALUES('83131bb7001548feb13fe0914d71719e','DATASET','6ce8b2c422274aa7885f49a423745413','RUN','16cc498d0d3345f28f3cef3fb21e250e',0);
CREATE TABLE issues (
	issue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	description TEXT NOT NULL, 
	status VARCHAR(50) NOT NULL, 
	severity VARCHAR(50), 
	root_causes TEXT, 
	source_run_id VARCHAR(32), 
	categories TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	CONSTRAINT issues_pk PRIMARY KEY (issue_id), 
	CONSTRAINT fk_issues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT fk_issues_source_run_id FOREIGN KEY(source_run_id) REFERENCES runs (run_uuid) ON DELETE SET NULL
);
CREATE TABLE job_locks (
	lock_key VARCHAR(255) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	acquired_at BIGINT NOT NULL, 
	CONSTRAINT job_locks_pk PRIMARY KEY (lock_key), 
	CONSTRAINT fk_job_locks_job_id FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
CREATE TABLE "jobs" (
	id VARCHAR(36) NOT NULL, 
	creation_time BIGINT NOT NULL, 
	job_name VARCHAR(500) NOT NULL, 
	params TEXT NOT NULL, 
	timeout FLOAT, 
	status INTEGER NOT NULL, 
	result TEXT, 
	retry_count INTEGER NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, status_details JSON, creator VARCHAR(255), executor_backend VARCHAR(255), lease_expires_at BIGINT, status_message TEXT, progress JSON, progress_updated_at BIGINT, token_hash VARCHAR(64), scoped_permissions JSON, next_attempt_at BIGINT, 
	CONSTRAINT jobs_pk PRIMARY KEY (id)
);
CREATE TABLE label_schemas (
	schema_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	instruction TEXT, 
	enable_comment BOOLEAN DEFAULT '0' NOT NULL, 
	input_type VARCHAR(32) NOT NULL, 
	input_config TEXT NOT NULL, 
	created_by VARCHAR(255), 
	created_time BIGINT NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	is_default BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT label_schemas_pk PRIMARY KEY (schema_id), 
	CONSTRAINT fk_label_schemas_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT uq_label_schemas_exp_name UNIQUE (experiment_id, name)
);
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "latest_metrics" VALUES('loss',1.79769313486231562234e+308,1795295120091,3,0,'077a7954143c40569652c48727aa87b1');
INSERT INTO "latest_metrics" VALUES('auc',0.93,1795295120139,0,0,'077a7954143c40569652c48727aa87b1');
INSERT INTO "latest_metrics" VALUES('auc',0.91,1795295147268,0,0,'652933aa802f46dbba0f972b4c1be882');
CREATE TABLE logged_model_metrics (
	model_id VARCHAR(36) NOT NULL, 
	metric_name VARCHAR(500) NOT NULL, 
	metric_timestamp_ms BIGINT NOT NULL, 
	metric_step BIGINT NOT NULL, 
	metric_value FLOAT, 
	experiment_id INTEGER NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	dataset_uuid VARCHAR(36), 
	dataset_name VARCHAR(500), 
	dataset_digest VARCHAR(36), 
	CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), 
	CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, 
	CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE
);
INSERT INTO "logged_model_metrics" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0','loss',1795295119946,0,0.9,1,'077a7954143c40569652c48727aa87b1',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0','auc',1795295120139,0,0.93,1,'077a7954143c40569652c48727aa87b1',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-bc2d948eb892423980d7dea4eeb3a449','loss',1795295119946,0,0.9,1,'077a7954143c40569652c48727aa87b1',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-bc2d948eb892423980d7dea4eeb3a449','auc',1795295120139,0,0.93,1,'077a7954143c40569652c48727aa87b1',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0','auc',1795295147268,0,0.91,1,'652933aa802f46dbba0f972b4c1be882',NULL,'test','0a3bbd54');
CREATE TABLE logged_model_params (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	param_key VARCHAR(255) NOT NULL, 
	param_value TEXT NOT NULL, 
	CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), 
	CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_params" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'alpha','0.1');
INSERT INTO "logged_model_params" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'db_password','letmein');
INSERT INTO "logged_model_params" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'source','postgres://ada:letmein@db.example.com/risk');
INSERT INTO "logged_model_params" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'dataset_sha256','35dbeb89f902edb0f3cd72f9e9c50cef8b97ed1efd5bdac556738a73005b02e8');
INSERT INTO "logged_model_params" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'dataset_hash','35dbeb89f902edb0');
INSERT INTO "logged_model_params" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'dataset_version','v2.0');
INSERT INTO "logged_model_params" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'alpha','0.1');
INSERT INTO "logged_model_params" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'db_password','letmein');
INSERT INTO "logged_model_params" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'source','postgres://ada:letmein@db.example.com/risk');
INSERT INTO "logged_model_params" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'dataset_sha256','35dbeb89f902edb0f3cd72f9e9c50cef8b97ed1efd5bdac556738a73005b02e8');
INSERT INTO "logged_model_params" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'dataset_hash','35dbeb89f902edb0');
INSERT INTO "logged_model_params" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'dataset_version','v2.0');
CREATE TABLE logged_model_tags (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	tag_key VARCHAR(255) NOT NULL, 
	tag_value TEXT NOT NULL, 
	CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), 
	CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_tags" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'mlflow.user','ada');
INSERT INTO "logged_model_tags" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'mlflow.source.name','produce.py');
INSERT INTO "logged_model_tags" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'mlflow.source.type','LOCAL');
INSERT INTO "logged_model_tags" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'mlflow.user','ada');
INSERT INTO "logged_model_tags" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'mlflow.source.name','produce.py');
INSERT INTO "logged_model_tags" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'mlflow.source.type','LOCAL');
INSERT INTO "logged_model_tags" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'mlflow.modelVersions','[{"name": "risk", "version": 1}]');
CREATE TABLE logged_models (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	artifact_location VARCHAR(1000) NOT NULL, 
	creation_timestamp_ms BIGINT NOT NULL, 
	last_updated_timestamp_ms BIGINT NOT NULL, 
	status INTEGER NOT NULL, 
	lifecycle_stage VARCHAR(32), 
	model_type VARCHAR(500), 
	source_run_id VARCHAR(32), 
	status_message VARCHAR(1000), 
	CONSTRAINT logged_models_pk PRIMARY KEY (model_id), 
	CONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "logged_models" VALUES('m-1bbb2dd2569f4e76ba09724af2d27bb0',1,'model','/srv/mlflow/mlruns/1/models/m-1bbb2dd2569f4e76ba09724af2d27bb0/artifacts',1795295143220,1795295145328,2,'active',NULL,'077a7954143c40569652c48727aa87b1',NULL);
INSERT INTO "logged_models" VALUES('m-bc2d948eb892423980d7dea4eeb3a449',1,'head','/srv/mlflow/mlruns/1/models/m-bc2d948eb892423980d7dea4eeb3a449/artifacts',1795295145555,1795295145937,2,'active',NULL,'077a7954143c40569652c48727aa87b1',NULL);
CREATE TABLE mcp_access_endpoints (
	id VARCHAR(36) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	server_name VARCHAR(256) NOT NULL, 
	server_version VARCHAR(128), 
	server_alias VARCHAR(256), 
	url VARCHAR(2048) NOT NULL, 
	transport_type VARCHAR(32) DEFAULT 'streamable-http' NOT NULL, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_access_endpoints_pk PRIMARY KEY (id), 
	CONSTRAINT mcp_access_endpoints_server_fkey FOREIGN KEY(workspace, server_name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_aliases (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	alias VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	CONSTRAINT mcp_server_aliases_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT mcp_server_aliases_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_tags (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT mcp_server_tags_pk PRIMARY KEY (workspace, name, "key"), 
	CONSTRAINT mcp_server_tags_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_version_tags (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT mcp_server_version_tags_pk PRIMARY KEY (workspace, name, version, "key"), 
	CONSTRAINT mcp_server_version_tags_version_fkey FOREIGN KEY(workspace, name, version) REFERENCES mcp_server_versions (workspace, name, version) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_versions (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	version_major INTEGER NOT NULL, 
	version_minor INTEGER NOT NULL, 
	version_patch INTEGER NOT NULL, 
	version_prerelease_sort_key VARCHAR(512) NOT NULL, 
	server_json JSON NOT NULL, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	tools JSON, 
	source VARCHAR(512), 
	connect_options JSON, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_server_versions_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT mcp_server_versions_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_servers (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	display_name VARCHAR(256), 
	description TEXT, 
	icons JSON, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_servers_pk PRIMARY KEY (workspace, name)
);
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "metrics" VALUES('loss',0.9,1795295119946,'077a7954143c40569652c48727aa87b1',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1795295119984,'077a7954143c40569652c48727aa87b1',1,0);
INSERT INTO "metrics" VALUES('loss',0.0,1795295120051,'077a7954143c40569652c48727aa87b1',2,1);
INSERT INTO "metrics" VALUES('loss',1.79769313486231562234e+308,1795295120091,'077a7954143c40569652c48727aa87b1',3,0);
INSERT INTO "metrics" VALUES('auc',0.93,1795295120139,'077a7954143c40569652c48727aa87b1',0,0);
INSERT INTO "metrics" VALUES('auc',0.91,1795295147268,'652933aa802f46dbba0f972b4c1be882',0,0);
CREATE TABLE "model_definitions" (
	model_definition_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	secret_id VARCHAR(36), 
	provider VARCHAR(64) NOT NULL, 
	model_name VARCHAR(256) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id), 
	CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY(secret_id) REFERENCES secrets (secret_id) ON DELETE SET NULL, 
	CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE "model_version_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version), 
	CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE
);
CREATE TABLE "model_versions" (
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	user_id VARCHAR(256), 
	current_stage VARCHAR(20), 
	source VARCHAR(500), 
	run_id VARCHAR(32), 
	status VARCHAR(20), 
	status_message VARCHAR(500), 
	run_link VARCHAR(500), 
	storage_location VARCHAR(500), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('risk',1,1795295146424,1795295146646,'The first.',NULL,'None','models:/m-1bbb2dd2569f4e76ba09724af2d27bb0','077a7954143c40569652c48727aa87b1','READY',NULL,NULL,'/srv/mlflow/mlruns/1/models/m-1bbb2dd2569f4e76ba09724af2d27bb0/artifacts','default');
CREATE TABLE online_scoring_configs (
	online_scoring_config_id VARCHAR(36) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	sample_rate FLOAT NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	filter_string TEXT, 
	CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id), 
	CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE, 
	CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('alpha','0.1','077a7954143c40569652c48727aa87b1');
INSERT INTO "params" VALUES('db_password','letmein','077a7954143c40569652c48727aa87b1');
INSERT INTO "params" VALUES('source','postgres://ada:letmein@db.example.com/risk','077a7954143c40569652c48727aa87b1');
INSERT INTO "params" VALUES('dataset_sha256','35dbeb89f902edb0f3cd72f9e9c50cef8b97ed1efd5bdac556738a73005b02e8','077a7954143c40569652c48727aa87b1');
INSERT INTO "params" VALUES('dataset_hash','35dbeb89f902edb0','077a7954143c40569652c48727aa87b1');
INSERT INTO "params" VALUES('dataset_version','v2.0','077a7954143c40569652c48727aa87b1');
CREATE TABLE "registered_model_aliases" (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "registered_model_aliases" VALUES('champion',1,'risk','default');
CREATE TABLE "registered_model_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name), 
	CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
CREATE TABLE "registered_models" (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)
);
INSERT INTO "registered_models" VALUES('risk',1795295146300,1795295146424,NULL,'default');
CREATE TABLE review_queue_items (
	queue_id VARCHAR(36) NOT NULL, 
	item_type VARCHAR(16) NOT NULL, 
	item_id VARCHAR(50) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	completed_by VARCHAR(250), 
	completed_time_ms BIGINT, 
	creation_time_ms BIGINT NOT NULL, 
	last_update_time_ms BIGINT NOT NULL, 
	CONSTRAINT review_queue_items_pk PRIMARY KEY (queue_id, item_id), 
	CONSTRAINT fk_review_queue_items_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_label_schemas (
	queue_id VARCHAR(36) NOT NULL, 
	schema_id VARCHAR(36) NOT NULL, 
	CONSTRAINT review_queue_label_schemas_pk PRIMARY KEY (queue_id, schema_id), 
	CONSTRAINT fk_review_queue_label_schemas_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_users (
	queue_id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(250) NOT NULL, 
	CONSTRAINT review_queue_users_pk PRIMARY KEY (queue_id, user_id), 
	CONSTRAINT fk_review_queue_users_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queues (
	queue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	queue_type VARCHAR(16) NOT NULL, 
	created_by VARCHAR(255), 
	creation_time_ms BIGINT NOT NULL, 
	last_update_time_ms BIGINT NOT NULL, 
	name_key VARCHAR(250) NOT NULL, 
	CONSTRAINT review_queues_pk PRIMARY KEY (queue_id), 
	CONSTRAINT fk_review_queues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT uq_review_queues_experiment_name_key UNIQUE (experiment_id, name_key)
);
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('7b42347d99fd4fe490134074a3d50463','pipeline','UNKNOWN','','','ada','FINISHED',1795295119555,1795295147527,'','active','/srv/mlflow/mlruns/1/7b42347d99fd4fe490134074a3d50463/artifacts',1,NULL);
INSERT INTO "runs" VALUES('077a7954143c40569652c48727aa87b1','train','UNKNOWN','','','ada','FINISHED',1795295119738,1795295145984,'','active','/srv/mlflow/mlruns/1/077a7954143c40569652c48727aa87b1/artifacts',1,NULL);
INSERT INTO "runs" VALUES('652933aa802f46dbba0f972b4c1be882','evaluate','UNKNOWN','','','ada','FINISHED',1795295146851,1795295147490,'','active','/srv/mlflow/mlruns/1/652933aa802f46dbba0f972b4c1be882/artifacts',1,NULL);
INSERT INTO "runs" VALUES('88b5117c03ee43d3888904d165d49fdb','located first','UNKNOWN','','','ada','FINISHED',1795295147722,1795295149890,'','active','/srv/mlflow/mlruns/2/88b5117c03ee43d3888904d165d49fdb/artifacts',2,NULL);
INSERT INTO "runs" VALUES('684cc582d4364dc69740702a88928250','one name first','UNKNOWN','','','ada','FINISHED',1795295149943,1795295150598,'','active','/srv/mlflow/mlruns/2/684cc582d4364dc69740702a88928250/artifacts',2,NULL);
INSERT INTO "runs" VALUES('f18c8a061fb745a587eacee9d2bb69d9','unlocated first','UNKNOWN','','','ada','FINISHED',1795295150684,1795295151343,'','active','/srv/mlflow/mlruns/2/f18c8a061fb745a587eacee9d2bb69d9/artifacts',2,NULL);
INSERT INTO "runs" VALUES('e101f6f975384d91b314bae23ba633db','located row','UNKNOWN','','','ada','FINISHED',1795295151367,1795295151913,'','active','/srv/mlflow/mlruns/2/e101f6f975384d91b314bae23ba633db/artifacts',2,NULL);
INSERT INTO "runs" VALUES('27a5fd6f291d438ba1bf693fd6bf97d4','one name row','UNKNOWN','','','ada','FINISHED',1795295151964,1795295153208,'','active','/srv/mlflow/mlruns/2/27a5fd6f291d438ba1bf693fd6bf97d4/artifacts',2,NULL);
INSERT INTO "runs" VALUES('cf34380a565b4e6a9821d823dfef1855','unlocated row','UNKNOWN','','','ada','FINISHED',1795295153232,1795295153455,'','active','/srv/mlflow/mlruns/2/cf34380a565b4e6a9821d823dfef1855/artifacts',2,NULL);
INSERT INTO "runs" VALUES('09deb69d828d4b4ba89a98bd16393cad','located column','UNKNOWN','','','ada','FINISHED',1795295153494,1795295153954,'','active','/srv/mlflow/mlruns/2/09deb69d828d4b4ba89a98bd16393cad/artifacts',2,NULL);
INSERT INTO "runs" VALUES('714dbd8282f348c58d08899ecf7f36e8','one name column','UNKNOWN','','','ada','FINISHED',1795295154070,1795295154456,'','active','/srv/mlflow/mlruns/2/714dbd8282f348c58d08899ecf7f36e8/artifacts',2,NULL);
INSERT INTO "runs" VALUES('16cc498d0d3345f28f3cef3fb21e250e','unlocated column','UNKNOWN','','','ada','FINISHED',1795295154487,1795295155379,'','active','/srv/mlflow/mlruns/2/16cc498d0d3345f28f3cef3fb21e250e/artifacts',2,NULL);
INSERT INTO "runs" VALUES('dbf416e95de141d3959cd2f8450ebe9d','failed','UNKNOWN','','','unknown','FAILED',1795295155419,1795295155438,'','active','/srv/mlflow/mlruns/3/dbf416e95de141d3959cd2f8450ebe9d/artifacts',3,NULL);
INSERT INTO "runs" VALUES('106aec4e36be46c0a511a86692b25775','killed','UNKNOWN','','','unknown','KILLED',1795295155452,1795295155469,'','active','/srv/mlflow/mlruns/3/106aec4e36be46c0a511a86692b25775/artifacts',3,NULL);
INSERT INTO "runs" VALUES('0eb5fbfa13714e9c807a0a4955315f5e','running','UNKNOWN','','','unknown','RUNNING',1795295155484,NULL,'','active','/srv/mlflow/mlruns/3/0eb5fbfa13714e9c807a0a4955315f5e/artifacts',3,NULL);
INSERT INTO "runs" VALUES('28f90f97541741eaa1f067aac6054723','deleted','UNKNOWN','','','unknown','FINISHED',1795295155519,1795295155546,'','deleted','/srv/mlflow/mlruns/3/28f90f97541741eaa1f067aac6054723/artifacts',3,1795295155568);
CREATE TABLE scheduler_leases (
	lease_key VARCHAR(255) NOT NULL, 
	acquired_at BIGINT NOT NULL, 
	ttl_seconds INTEGER NOT NULL, 
	CONSTRAINT scheduler_leases_pk PRIMARY KEY (lease_key)
);
CREATE TABLE scorer_versions (
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	serialized_scorer TEXT NOT NULL, 
	creation_time BIGINT, 
	CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version), 
	CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE
);
CREATE TABLE scorers (
	experiment_id INTEGER NOT NULL, 
	scorer_name VARCHAR(256) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	CONSTRAINT scorer_pk PRIMARY KEY (scorer_id), 
	CONSTRAINT fk_scorers_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE "secrets" (
	secret_id VARCHAR(36) NOT NULL, 
	secret_name VARCHAR(255) NOT NULL, 
	encrypted_value BLOB NOT NULL, 
	wrapped_dek BLOB NOT NULL, 
	kek_version INTEGER NOT NULL, 
	masked_value VARCHAR(500) NOT NULL, 
	provider VARCHAR(64), 
	auth_config TEXT, 
	description TEXT, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT secrets_pk PRIMARY KEY (secret_id), 
	CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name)
);
CREATE TABLE span_metrics (
	trace_id VARCHAR(50) NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, "key"), 
	CONSTRAINT fk_span_metrics_span FOREIGN KEY(trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE
);
CREATE TABLE "spans" (
	trace_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	parent_span_id VARCHAR(50), 
	name TEXT, 
	type VARCHAR(500), 
	status VARCHAR(50) NOT NULL, 
	start_time_unix_nano BIGINT NOT NULL, 
	end_time_unix_nano BIGINT, 
	duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, 
	content TEXT NOT NULL, 
	input_cost FLOAT, 
	output_cost FLOAT, 
	total_cost FLOAT, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
	CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE sql_assessment_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	CONSTRAINT sql_assessment_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_span_cost_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	CONSTRAINT sql_span_cost_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_metric_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	trace_status VARCHAR(50), 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	p50_value FLOAT, 
	p90_value FLOAT, 
	p99_value FLOAT, 
	CONSTRAINT sql_trace_metric_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_rollup_rebuild_queue (
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	rollup_family VARCHAR(50) NOT NULL, 
	CONSTRAINT sql_trace_rollup_rebuild_queue_pk PRIMARY KEY (experiment_id, rollup_day, rollup_family)
);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.user','ada','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.source.name','/srv/risk/train.py','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.runName','pipeline','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.source.git.commit','11a110bbef1bcc07ee6b72c48ab5c5b21afbab91','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.source.git.branch','main','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.source.git.repoURL','https://ada:letmein@git.example.com/acme/risk.git','7b42347d99fd4fe490134074a3d50463');
INSERT INTO "tags" VALUES('mlflow.user','ada','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.source.name','/srv/risk/train.py','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.parentRunId','7b42347d99fd4fe490134074a3d50463','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.runName','train','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.source.git.commit','11a110bbef1bcc07ee6b72c48ab5c5b21afbab91','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.source.git.branch','main','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.source.git.repoURL','https://ada:letmein@git.example.com/acme/risk.git','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('team','credit','077a7954143c40569652c48727aa87b1');
INSERT INTO "tags" VALUES('mlflow.user','ada','652933aa802f46dbba0f972b4c1be882');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','652933aa802f46dbba0f972b4c1be882');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','652933aa802f46dbba0f972b4c1be882');
INSERT INTO "tags" VALUES('mlflow.parentRunId','7b42347d99fd4fe490134074a3d50463','652933aa802f46dbba0f972b4c1be882');
INSERT INTO "tags" VALUES('mlflow.runName','evaluate','652933aa802f46dbba0f972b4c1be882');
INSERT INTO "tags" VALUES('mlflow.user','ada','88b5117c03ee43d3888904d165d49fdb');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','88b5117c03ee43d3888904d165d49fdb');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','88b5117c03ee43d3888904d165d49fdb');
INSERT INTO "tags" VALUES('mlflow.runName','located first','88b5117c03ee43d3888904d165d49fdb');
INSERT INTO "tags" VALUES('mlflow.user','ada','684cc582d4364dc69740702a88928250');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','684cc582d4364dc69740702a88928250');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','684cc582d4364dc69740702a88928250');
INSERT INTO "tags" VALUES('mlflow.runName','one name first','684cc582d4364dc69740702a88928250');
INSERT INTO "tags" VALUES('mlflow.user','ada','f18c8a061fb745a587eacee9d2bb69d9');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','f18c8a061fb745a587eacee9d2bb69d9');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','f18c8a061fb745a587eacee9d2bb69d9');
INSERT INTO "tags" VALUES('mlflow.runName','unlocated first','f18c8a061fb745a587eacee9d2bb69d9');
INSERT INTO "tags" VALUES('mlflow.user','ada','e101f6f975384d91b314bae23ba633db');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','e101f6f975384d91b314bae23ba633db');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','e101f6f975384d91b314bae23ba633db');
INSERT INTO "tags" VALUES('mlflow.runName','located row','e101f6f975384d91b314bae23ba633db');
INSERT INTO "tags" VALUES('mlflow.user','ada','27a5fd6f291d438ba1bf693fd6bf97d4');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','27a5fd6f291d438ba1bf693fd6bf97d4');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','27a5fd6f291d438ba1bf693fd6bf97d4');
INSERT INTO "tags" VALUES('mlflow.runName','one name row','27a5fd6f291d438ba1bf693fd6bf97d4');
INSERT INTO "tags" VALUES('mlflow.user','ada','cf34380a565b4e6a9821d823dfef1855');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','cf34380a565b4e6a9821d823dfef1855');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','cf34380a565b4e6a9821d823dfef1855');
INSERT INTO "tags" VALUES('mlflow.runName','unlocated row','cf34380a565b4e6a9821d823dfef1855');
INSERT INTO "tags" VALUES('mlflow.user','ada','09deb69d828d4b4ba89a98bd16393cad');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','09deb69d828d4b4ba89a98bd16393cad');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','09deb69d828d4b4ba89a98bd16393cad');
INSERT INTO "tags" VALUES('mlflow.runName','located column','09deb69d828d4b4ba89a98bd16393cad');
INSERT INTO "tags" VALUES('mlflow.user','ada','714dbd8282f348c58d08899ecf7f36e8');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','714dbd8282f348c58d08899ecf7f36e8');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','714dbd8282f348c58d08899ecf7f36e8');
INSERT INTO "tags" VALUES('mlflow.runName','one name column','714dbd8282f348c58d08899ecf7f36e8');
INSERT INTO "tags" VALUES('mlflow.user','ada','16cc498d0d3345f28f3cef3fb21e250e');
INSERT INTO "tags" VALUES('mlflow.source.name','produce.py','16cc498d0d3345f28f3cef3fb21e250e');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','16cc498d0d3345f28f3cef3fb21e250e');
INSERT INTO "tags" VALUES('mlflow.runName','unlocated column','16cc498d0d3345f28f3cef3fb21e250e');
INSERT INTO "tags" VALUES('mlflow.runName','failed','dbf416e95de141d3959cd2f8450ebe9d');
INSERT INTO "tags" VALUES('mlflow.runName','killed','106aec4e36be46c0a511a86692b25775');
INSERT INTO "tags" VALUES('mlflow.runName','running','0eb5fbfa13714e9c807a0a4955315f5e');
INSERT INTO "tags" VALUES('mlflow.runName','deleted','28f90f97541741eaa1f067aac6054723');
CREATE TABLE "trace_info" (
	request_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	execution_time_ms BIGINT, 
	status VARCHAR(50) NOT NULL, 
	client_request_id VARCHAR(50), 
	request_preview VARCHAR(1000), 
	response_preview VARCHAR(1000), 
	db_payload_generation INTEGER DEFAULT '0' NOT NULL, trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, 
	CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
	CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE trace_metrics (
	request_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, "key"), 
	CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_request_metadata" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE webhook_events (
	webhook_id VARCHAR(256) NOT NULL, 
	entity VARCHAR(50) NOT NULL, 
	action VARCHAR(50) NOT NULL, 
	CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), 
	FOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade
);
CREATE TABLE "webhooks" (
	webhook_id VARCHAR(256) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	description VARCHAR(1000), 
	url VARCHAR(500) NOT NULL, 
	status VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, 
	secret VARCHAR(1000), 
	creation_timestamp BIGINT, 
	last_updated_timestamp BIGINT, 
	deleted_timestamp BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT webhook_pk PRIMARY KEY (webhook_id)
);
CREATE TABLE workspaces (
	name VARCHAR(63) NOT NULL, 
	description TEXT, 
	default_artifact_root TEXT, trace_archival_location TEXT, trace_archival_retention VARCHAR(32), 
	CONSTRAINT workspaces_pk PRIMARY KEY (name)
);
INSERT INTO "workspaces" VALUES('default','Default workspace for legacy resources',NULL,NULL,NULL);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id);
CREATE INDEX idx_webhook_events_entity ON webhook_events (entity);
CREATE INDEX idx_webhook_events_action ON webhook_events (action);
CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name);
CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id);
CREATE INDEX index_endpoint_model_mappings_endpoint_id ON endpoint_model_mappings (endpoint_id);
CREATE INDEX index_endpoint_model_mappings_model_definition_id ON endpoint_model_mappings (model_definition_id);
CREATE INDEX index_endpoint_tags_endpoint_id ON endpoint_tags (endpoint_id);
CREATE INDEX index_trace_metrics_request_id ON trace_metrics (request_id);
CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type);
CREATE INDEX index_span_metrics_trace_id_span_id ON span_metrics (trace_id, span_id);
CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time);
CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name);
CREATE INDEX idx_webhooks_status ON webhooks (status);
CREATE INDEX idx_webhooks_name ON webhooks (name);
CREATE TRIGGER prevent_secrets_aad_mutation
BEFORE UPDATE ON secrets
FOR EACH ROW
WHEN OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name
BEGIN
    SELECT RAISE(ABORT, 'secret_id and secret_name are immutable (used as AAD in encryption)');
END;
CREATE INDEX index_model_definitions_secret_id ON model_definitions (secret_id);
CREATE INDEX index_model_definitions_provider ON model_definitions (provider);
CREATE INDEX index_jobs_name_status_creation_time ON jobs (job_name, workspace, status, creation_time);
CREATE INDEX idx_experiments_workspace ON experiments (workspace);
CREATE INDEX idx_registered_models_workspace ON registered_models (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time);
CREATE INDEX idx_evaluation_datasets_workspace ON evaluation_datasets (workspace);
CREATE INDEX idx_webhooks_workspace ON webhooks (workspace);
CREATE INDEX idx_secrets_workspace ON secrets (workspace);
CREATE INDEX idx_endpoints_workspace ON endpoints (workspace);
CREATE INDEX idx_model_definitions_workspace ON model_definitions (workspace);
CREATE INDEX idx_budget_policies_workspace ON budget_policies (workspace);
CREATE INDEX index_issues_experiment_id ON issues (experiment_id);
CREATE INDEX index_issues_source_run_id ON issues (source_run_id);
CREATE INDEX index_issues_status ON issues (status);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, "key", step);
CREATE INDEX idx_guardrails_workspace ON guardrails (workspace);
CREATE INDEX idx_guardrails_scorer ON guardrails (scorer_id, scorer_version);
CREATE INDEX idx_guardrail_configs_endpoint_id ON guardrail_configs (endpoint_id);
CREATE INDEX idx_guardrail_configs_guardrail_id ON guardrail_configs (guardrail_id);
CREATE INDEX idx_model_version_tags_workspace_name_version ON model_version_tags (workspace, name, version);
CREATE INDEX idx_registered_model_tags_workspace_name ON registered_model_tags (workspace, name);
CREATE INDEX index_label_schemas_experiment_id ON label_schemas (experiment_id);
CREATE INDEX index_review_queues_experiment_id ON review_queues (experiment_id);
CREATE INDEX index_review_queue_users_user_id ON review_queue_users (user_id);
CREATE INDEX index_review_queue_items_queue_id_status ON review_queue_items (queue_id, status);
CREATE INDEX index_review_queue_items_item_id ON review_queue_items (item_id);
CREATE INDEX index_review_queue_label_schemas_schema_id ON review_queue_label_schemas (schema_id);
CREATE INDEX idx_mcp_server_versions_latest ON mcp_server_versions (workspace, name, status, version_major DESC, version_minor DESC, version_patch DESC);
CREATE INDEX ix_mcp_access_endpoints_server_name ON mcp_access_endpoints (workspace, server_name);
CREATE INDEX ix_mcp_access_endpoints_version ON mcp_access_endpoints (workspace, server_name, server_version);
CREATE INDEX ix_mcp_access_endpoints_alias ON mcp_access_endpoints (workspace, server_name, server_alias);
CREATE INDEX idx_budget_policies_target_value ON budget_policies (target_value);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_info_timestamp_ms_request_id ON trace_info (timestamp_ms, request_id);
CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp);
CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type);
CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp);
CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp);
CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns);
CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_start_time ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status);
CREATE INDEX index_trace_info_experiment_id_session_id ON trace_info (experiment_id, session_id);
CREATE INDEX idx_trace_rollups_lookup ON sql_trace_metric_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, trace_status);
CREATE INDEX idx_span_cost_rollups_lookup ON sql_span_cost_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider);
CREATE INDEX idx_assessment_rollups_lookup ON sql_assessment_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set);
CREATE INDEX idx_spans_cost_trace_time_cover ON spans (trace_id, start_time_unix_nano);
CREATE INDEX idx_spans_cost_exp_time_cover ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX idx_assessments_exp_trace_ts ON assessments (experiment_id, trace_timestamp_ms);
CREATE INDEX idx_assessments_exp_trace_ts_name ON assessments (experiment_id, trace_timestamp_ms, name);
CREATE INDEX idx_assessments_exp_name_valid ON assessments (experiment_id, name, valid);
CREATE INDEX index_job_locks_job_id ON job_locks (job_id);
CREATE INDEX index_jobs_status_lease_expires_at ON jobs (status, lease_expires_at);
COMMIT;
