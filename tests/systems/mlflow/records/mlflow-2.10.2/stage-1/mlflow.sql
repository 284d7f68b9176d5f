BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('acf3f17fdcc7');
CREATE TABLE datasets (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "datasets" VALUES('3eefc55aca2e4effb022e41e2c896a4d',1,'train','3798ea3f','local','{"uri": "/srv/risk/data/train.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 3, "num_elements": 6}');
INSERT INTO "datasets" VALUES('d4c3e283b3c44aecbef0e982ac8014ab',1,'valid','d83c4b15','s3','{"uri": "s3://risk-lake/raw/valid.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 2, "num_elements": 4}');
INSERT INTO "datasets" VALUES('e2fc076e718547cdb335e27cc52af55c',1,'relative','e18ef2a2','local','{"uri": "data/relative.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 1, "num_elements": 2}');
INSERT INTO "datasets" VALUES('47119f85fbec4195afd2a48875430dbe',1,'test','0a3bbd54','s3','{"uri": "s3://risk-lake/raw/test.csv"}','{"mlflow_colspec": [{"type": "long", "name": "age", "required": true}, {"type": "double", "name": "income", "required": true}]}','{"num_rows": 1, "num_elements": 2}');
INSERT INTO "datasets" VALUES('e21eb128ba8344e4a7f01bd5cb99fc3f',2,'first','d1a55173','local','{"uri": "/srv/data/first.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('a997ca532f37469ea54c6a99b470fd07',2,'table','d1a55173','local','{"uri": "/srv/data/first.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('1b3c5fad3d8648608a16a94ac326dfe3',2,'dataset','d1a55173','code','{"tags": {"mlflow.user": "ada", "mlflow.source.name": "tests/systems/mlflow/produce.py", "mlflow.source.type": "LOCAL"}}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('0158fb3b27974413a3355983b39bdb88',2,'row','d1a55173','local','{"uri": "/srv/data/row.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
INSERT INTO "datasets" VALUES('774e4d9a2437444ca990eacae97b7673',2,'column','d1a55173','local','{"uri": "/srv/data/column.csv"}','{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}, {"type": "datetime", "name": "at", "required": true}]}','{"num_rows": 20000, "num_elements": 40000}');
CREATE TABLE experiment_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE experiments (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	UNIQUE (name)
);
INSERT INTO "experiments" VALUES(0,'Default','/srv/mlflow/mlruns/0','active',1795295414408,1795295414408);
INSERT INTO "experiments" VALUES(1,'risk','/srv/mlflow/mlruns/1','active',1795295414461,1795295414461);
INSERT INTO "experiments" VALUES(2,'collisions','/srv/mlflow/mlruns/2','active',1795295416677,1795295416677);
INSERT INTO "experiments" VALUES(3,'states','/srv/mlflow/mlruns/3','active',1795295419056,1795295419056);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('ae3b3d99ad0f426b947318ac360f2936','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('5a76fd8d01394bb693465a934eb15a5b','mlflow.data.context','validation');
INSERT INTO "input_tags" VALUES('bb5843e300b14d4a8d042f3b7e2db2b7','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('84ff02ba6392480bb9f6020ccc68b28a','mlflow.data.context','evaluation');
INSERT INTO "input_tags" VALUES('19cbe22e0ec64e959c72ebc4b9b93253','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('26681744c10f4c8089866cb69e2feab8','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('1dbcf81f79bc4f40905e76e7cd1d4e7f','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('7fcc991db1ca40d89fd064333192e3fd','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('c10d0727d65245af8caec3a65a03a42b','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('5bf101cf4512489ca0eed99f241ec1a7','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('490c72169c97408db895f8329ead6ac9','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('6d06824d425e4566b263932f6400d5fa','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('dd2bd6d50f734db8a0ffea0c9baf2614','mlflow.data.context','training');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('ae3b3d99ad0f426b947318ac360f2936','DATASET','3eefc55aca2e4effb022e41e2c896a4d','RUN','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "inputs" VALUES('5a76fd8d01394bb693465a934eb15a5b','DATASET','d4c3e283b3c44aecbef0e982ac8014ab','RUN','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "inputs" VALUES('bb5843e300b14d4a8d042f3b7e2db2b7','DATASET','e2fc076e718547cdb335e27cc52af55c','RUN','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "inputs" VALUES('84ff02ba6392480bb9f6020ccc68b28a','DATASET','47119f85fbec4195afd2a48875430dbe','RUN','d8ef95d6ad1d4789a88ea346299208c1');
INSERT INTO "inputs" VALUES('19cbe22e0ec64e959c72ebc4b9b93253','DATASET','e21eb128ba8344e4a7f01bd5cb99fc3f','RUN','3576061ad9f94a25a0dbb59d1e386807');
INSERT INTO "inputs" VALUES('26681744c10f4c8089866cb69e2feab8','DATASET','a997ca532f37469ea54c6a99b470fd07','RUN','a393fe3000804e7ab4b0e224aab929b1');
INSERT INTO "inputs" VALUES('1dbcf81f79bc4f40905e76e7cd1d4e7f','DATASET','1b3c5fad3d8648608a16a94ac326dfe3','RUN','e0557afeefd44b4388e756af269aa6a3');
INSERT INTO "inputs" VALUES('7fcc991db1ca40d89fd064333192e3fd','DATASET','0158fb3b27974413a3355983b39bdb88','RUN','4693415a36db447aad41fb7cd259f486');
INSERT INTO "inputs" VALUES('c10d0727d65245af8caec3a65a03a42b','DATASET','a997ca532f37469ea54c6a99b470fd07','RUN','0380389e5a834a979fe7cedc10097556');
INSERT INTO "inputs" VALUES('5bf101cf4512489ca0eed99f241ec1a7','DATASET','1b3c5fad3d8648608a16a94ac326dfe3','RUN','543ac7cc09d04d3fa4420d746a98bc63');
INSERT INTO "inputs" VALUES('490c72169c97408db895f8329ead6ac9','DATASET','774e4d9a2437444ca990eacae97b7673','RUN','fcfc74d112ae4440883954e7a431c236');
INSERT INTO "inputs" VALUES('6d06824d425e4566b263932f6400d5fa','DATASET','a997ca532f37469ea54c6a99b470fd07','RUN','e00e212b7b1d42fcade213a47f7739b6');
INSERT INTO "inputs" VALUES('dd2bd6d50f734db8a0ffea0c9baf2614','DATASET','1b3c5fad3d8648608a16a94ac326dfe3','RUN','15870692df9a45edb4b32e63630ba49b');
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
INSERT INTO "latest_metrics" VALUES('loss',1.79769313486231562234e+308,1795295415266,3,0,'0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "latest_metrics" VALUES('auc',0.93,1795295415298,0,0,'0370024cfecb4e199dce3e9d7460d04b');
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
INSERT INTO "metrics" VALUES('loss',0.9,1795295415170,'0370024cfecb4e199dce3e9d7460d04b',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1795295415206,'0370024cfecb4e199dce3e9d7460d04b',1,0);
INSERT INTO "metrics" VALUES('loss',0.0,1795295415242,'0370024cfecb4e199dce3e9d7460d04b',2,1);
INSERT INTO "metrics" VALUES('loss',1.79769313486231562234e+308,1795295415266,'0370024cfecb4e199dce3e9d7460d04b',3,0);
INSERT INTO "metrics" VALUES('auc',0.93,1795295415298,'0370024cfecb4e199dce3e9d7460d04b',0,0);
CREATE TABLE model_version_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY ("key", name, version), 
	FOREIGN KEY(name, version) REFERENCES model_versions (name, version) ON UPDATE cascade
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
	run_link VARCHAR(500), storage_location VARCHAR(500), 
	CONSTRAINT model_version_pk PRIMARY KEY (name, version), 
	FOREIGN KEY(name) REFERENCES registered_models (name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('risk',1,1795295416447,1795295416484,'The first.',NULL,'None','/srv/mlflow/mlruns/1/0370024cfecb4e199dce3e9d7460d04b/artifacts/model','0370024cfecb4e199dce3e9d7460d04b','READY',NULL,NULL,'/srv/mlflow/mlruns/1/0370024cfecb4e199dce3e9d7460d04b/artifacts/model');
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('alpha','0.1','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "params" VALUES('db_password','letmein','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "params" VALUES('source','postgres://ada:letmein@db.example.com/risk','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "params" VALUES('dataset_sha256','35dbeb89f902edb0f3cd72f9e9c50cef8b97ed1efd5bdac556738a73005b02e8','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "params" VALUES('dataset_hash','35dbeb89f902edb0','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "params" VALUES('dataset_version','v2.0','0370024cfecb4e199dce3e9d7460d04b');
CREATE TABLE registered_model_aliases (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (name, alias), 
	CONSTRAINT registered_model_alias_name_fkey FOREIGN KEY(name) REFERENCES registered_models (name) ON DELETE cascade ON UPDATE cascade
);
INSERT INTO "registered_model_aliases" VALUES('champion',1,'risk');
CREATE TABLE registered_model_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY ("key", name), 
	FOREIGN KEY(name) REFERENCES registered_models (name) ON UPDATE cascade
);
CREATE TABLE registered_models (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	CONSTRAINT registered_model_pk PRIMARY KEY (name), 
	UNIQUE (name)
);
INSERT INTO "registered_models" VALUES('risk',1795295416392,1795295416447,NULL);
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
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('608dfc565e3e4c88a7a1d25dea5eef65','pipeline','UNKNOWN','','','ada','FINISHED',1795295414983,1795295416653,'','active','/srv/mlflow/mlruns/1/608dfc565e3e4c88a7a1d25dea5eef65/artifacts',1,NULL);
INSERT INTO "runs" VALUES('0370024cfecb4e199dce3e9d7460d04b','train','UNKNOWN','','','ada','FINISHED',1795295415055,1795295416318,'','active','/srv/mlflow/mlruns/1/0370024cfecb4e199dce3e9d7460d04b/artifacts',1,NULL);
INSERT INTO "runs" VALUES('d8ef95d6ad1d4789a88ea346299208c1','evaluate','UNKNOWN','','','ada','FINISHED',1795295416552,1795295416626,'','active','/srv/mlflow/mlruns/1/d8ef95d6ad1d4789a88ea346299208c1/artifacts',1,NULL);
INSERT INTO "runs" VALUES('3576061ad9f94a25a0dbb59d1e386807','located first','UNKNOWN','','','ada','FINISHED',1795295416718,1795295416922,'','active','/srv/mlflow/mlruns/2/3576061ad9f94a25a0dbb59d1e386807/artifacts',2,NULL);
INSERT INTO "runs" VALUES('a393fe3000804e7ab4b0e224aab929b1','one name first','UNKNOWN','','','ada','FINISHED',1795295416952,1795295417214,'','active','/srv/mlflow/mlruns/2/a393fe3000804e7ab4b0e224aab929b1/artifacts',2,NULL);
INSERT INTO "runs" VALUES('e0557afeefd44b4388e756af269aa6a3','unlocated first','UNKNOWN','','','ada','FINISHED',1795295417236,1795295417462,'','active','/srv/mlflow/mlruns/2/e0557afeefd44b4388e756af269aa6a3/artifacts',2,NULL);
INSERT INTO "runs" VALUES('4693415a36db447aad41fb7cd259f486','located row','UNKNOWN','','','ada','FINISHED',1795295417481,1795295417611,'','active','/srv/mlflow/mlruns/2/4693415a36db447aad41fb7cd259f486/artifacts',2,NULL);
INSERT INTO "runs" VALUES('0380389e5a834a979fe7cedc10097556','one name row','UNKNOWN','','','ada','FINISHED',1795295417624,1795295417904,'','active','/srv/mlflow/mlruns/2/0380389e5a834a979fe7cedc10097556/artifacts',2,NULL);
INSERT INTO "runs" VALUES('543ac7cc09d04d3fa4420d746a98bc63','unlocated row','UNKNOWN','','','ada','FINISHED',1795295417919,1795295418085,'','active','/srv/mlflow/mlruns/2/543ac7cc09d04d3fa4420d746a98bc63/artifacts',2,NULL);
INSERT INTO "runs" VALUES('fcfc74d112ae4440883954e7a431c236','located column','UNKNOWN','','','ada','FINISHED',1795295418103,1795295418412,'','active','/srv/mlflow/mlruns/2/fcfc74d112ae4440883954e7a431c236/artifacts',2,NULL);
INSERT INTO "runs" VALUES('e00e212b7b1d42fcade213a47f7739b6','one name column','UNKNOWN','','','ada','FINISHED',1795295418435,1795295418754,'','active','/srv/mlflow/mlruns/2/e00e212b7b1d42fcade213a47f7739b6/artifacts',2,NULL);
INSERT INTO "runs" VALUES('15870692df9a45edb4b32e63630ba49b','unlocated column','UNKNOWN','','','ada','FINISHED',1795295418828,1795295419045,'','active','/srv/mlflow/mlruns/2/15870692df9a45edb4b32e63630ba49b/artifacts',2,NULL);
INSERT INTO "runs" VALUES('9d91f12383054e2aad9602eb713c36e2','failed','UNKNOWN','','','unknown','FAILED',1795295419084,1795295419111,'','active','/srv/mlflow/mlruns/3/9d91f12383054e2aad9602eb713c36e2/artifacts',3,NULL);
INSERT INTO "runs" VALUES('5e99b2baf1d04a48be59dee15bf2a42f','killed','UNKNOWN','','','unknown','KILLED',1795295419135,1795295419158,'','active','/srv/mlflow/mlruns/3/5e99b2baf1d04a48be59dee15bf2a42f/artifacts',3,NULL);
INSERT INTO "runs" VALUES('5cb909e4c2494800907189be12f09030','running','UNKNOWN','','','unknown','RUNNING',1795295419182,NULL,'','active','/srv/mlflow/mlruns/3/5cb909e4c2494800907189be12f09030/artifacts',3,NULL);
INSERT INTO "runs" VALUES('7b3423e7f4d349e2a244c1f184b8ae1a','deleted','UNKNOWN','','','unknown','FINISHED',1795295419201,1795295419216,'','deleted','/srv/mlflow/mlruns/3/7b3423e7f4d349e2a244c1f184b8ae1a/artifacts',3,1795295419223);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.user','ada','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.source.name','/srv/risk/train.py','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.runName','pipeline','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.source.git.commit','11a110bbef1bcc07ee6b72c48ab5c5b21afbab91','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.source.git.branch','main','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.source.git.repoURL','https://ada:letmein@git.example.com/acme/risk.git','608dfc565e3e4c88a7a1d25dea5eef65');
INSERT INTO "tags" VALUES('mlflow.user','ada','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.source.name','/srv/risk/train.py','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.parentRunId','608dfc565e3e4c88a7a1d25dea5eef65','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.runName','train','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.source.git.commit','11a110bbef1bcc07ee6b72c48ab5c5b21afbab91','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.source.git.branch','main','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.source.git.repoURL','https://ada:letmein@git.example.com/acme/risk.git','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('team','credit','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.log-model.history','[{"run_id": "0370024cfecb4e199dce3e9d7460d04b", "artifact_path": "model", "utc_time_created": "2026-11-21 21:10:15.462804", "flavors": {"python_function": {"cloudpickle_version": "3.1.2", "python_model": "python_model.pkl", "loader_module": "mlflow.pyfunc.model", "python_version": "3.11.7", "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"}}}, "model_uuid": "a450e72351fa43ff9aebf371534a25c9", "mlflow_version": "2.10.2", "signature": {"inputs": "[{\"type\": \"long\", \"name\": \"age\", \"required\": true}, {\"type\": \"double\", \"name\": \"income\", \"required\": true}]", "outputs": "[{\"type\": \"double\", \"name\": \"income\", \"required\": true}]", "params": null}, "model_size_bytes": 845}]','0370024cfecb4e199dce3e9d7460d04b');
INSERT INTO "tags" VALUES('mlflow.user','ada','d8ef95d6ad1d4789a88ea346299208c1');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','d8ef95d6ad1d4789a88ea346299208c1');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','d8ef95d6ad1d4789a88ea346299208c1');
INSERT INTO "tags" VALUES('mlflow.parentRunId','608dfc565e3e4c88a7a1d25dea5eef65','d8ef95d6ad1d4789a88ea346299208c1');
INSERT INTO "tags" VALUES('mlflow.runName','evaluate','d8ef95d6ad1d4789a88ea346299208c1');
INSERT INTO "tags" VALUES('mlflow.user','ada','3576061ad9f94a25a0dbb59d1e386807');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','3576061ad9f94a25a0dbb59d1e386807');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','3576061ad9f94a25a0dbb59d1e386807');
INSERT INTO "tags" VALUES('mlflow.runName','located first','3576061ad9f94a25a0dbb59d1e386807');
INSERT INTO "tags" VALUES('mlflow.user','ada','a393fe3000804e7ab4b0e224aab929b1');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','a393fe3000804e7ab4b0e224aab929b1');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','a393fe3000804e7ab4b0e224aab929b1');
INSERT INTO "tags" VALUES('mlflow.runName','one name first','a393fe3000804e7ab4b0e224aab929b1');
INSERT INTO "tags" VALUES('mlflow.user','ada','e0557afeefd44b4388e756af269aa6a3');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','e0557afeefd44b4388e756af269aa6a3');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','e0557afeefd44b4388e756af269aa6a3');
INSERT INTO "tags" VALUES('mlflow.runName','unlocated first','e0557afeefd44b4388e756af269aa6a3');
INSERT INTO "tags" VALUES('mlflow.user','ada','4693415a36db447aad41fb7cd259f486');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','4693415a36db447aad41fb7cd259f486');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','4693415a36db447aad41fb7cd259f486');
INSERT INTO "tags" VALUES('mlflow.runName','located row','4693415a36db447aad41fb7cd259f486');
INSERT INTO "tags" VALUES('mlflow.user','ada','0380389e5a834a979fe7cedc10097556');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','0380389e5a834a979fe7cedc10097556');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','0380389e5a834a979fe7cedc10097556');
INSERT INTO "tags" VALUES('mlflow.runName','one name row','0380389e5a834a979fe7cedc10097556');
INSERT INTO "tags" VALUES('mlflow.user','ada','543ac7cc09d04d3fa4420d746a98bc63');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','543ac7cc09d04d3fa4420d746a98bc63');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','543ac7cc09d04d3fa4420d746a98bc63');
INSERT INTO "tags" VALUES('mlflow.runName','unlocated row','543ac7cc09d04d3fa4420d746a98bc63');
INSERT INTO "tags" VALUES('mlflow.user','ada','fcfc74d112ae4440883954e7a431c236');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','fcfc74d112ae4440883954e7a431c236');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','fcfc74d112ae4440883954e7a431c236');
INSERT INTO "tags" VALUES('mlflow.runName','located column','fcfc74d112ae4440883954e7a431c236');
INSERT INTO "tags" VALUES('mlflow.user','ada','e00e212b7b1d42fcade213a47f7739b6');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','e00e212b7b1d42fcade213a47f7739b6');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','e00e212b7b1d42fcade213a47f7739b6');
INSERT INTO "tags" VALUES('mlflow.runName','one name column','e00e212b7b1d42fcade213a47f7739b6');
INSERT INTO "tags" VALUES('mlflow.user','ada','15870692df9a45edb4b32e63630ba49b');
INSERT INTO "tags" VALUES('mlflow.source.name','tests/systems/mlflow/produce.py','15870692df9a45edb4b32e63630ba49b');
INSERT INTO "tags" VALUES('mlflow.source.type','LOCAL','15870692df9a45edb4b32e63630ba49b');
INSERT INTO "tags" VALUES('mlflow.runName','unlocated column','15870692df9a45edb4b32e63630ba49b');
INSERT INTO "tags" VALUES('mlflow.runName','failed','9d91f12383054e2aad9602eb713c36e2');
INSERT INTO "tags" VALUES('mlflow.runName','killed','5e99b2baf1d04a48be59dee15bf2a42f');
INSERT INTO "tags" VALUES('mlflow.runName','running','5cb909e4c2494800907189be12f09030');
INSERT INTO "tags" VALUES('mlflow.runName','deleted','7b3423e7f4d349e2a244c1f184b8ae1a');
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
COMMIT;
