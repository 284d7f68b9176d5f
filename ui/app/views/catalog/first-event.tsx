import { useState } from "preact/hooks";

import { keyOfSession } from "../../api/key";
import { Lines } from "../../parts/copy";
import { counted } from "../../parts/format";
import { newUuid } from "../../parts/uuid";
import { encode } from "../../url/codec";
import { eventsUrl } from "../../url/state";

/** What an empty store shows: how the first event is sent to this service. The example is a new run each time. */
export function FirstEvent({ rejected }: { rejected: number }) {
  const [example] = useState(() => lines(location.origin, keyOfSession() !== null, newUuid(), new Date()));
  return (
    <div class="dashboard">
      <section class="panel" aria-labelledby="first">
        <h2 id="first">No events yet: send the first</h2>
        <p>
          Everything that speaks <a href="https://openlineage.io" rel="noreferrer">OpenLineage</a> (Airflow, Spark, dbt, Flink, your own code) needs to know where:
        </p>
        <Lines text={example.variables} what="the variables" />
        <p>Or one event by hand, from any shell. This page shows it as soon as it is there:</p>
        <Lines text={example.curl} what="the command" />
        {rejected > 0 && (
          <p>
            <a href={encode(eventsUrl({ refused: true }))}>{counted(rejected, "event was", "events were")} refused</a>: see why.
          </p>
        )}
      </section>
      <section class="panel" aria-labelledby="more">
        <h2 id="more">Or record a step as it runs</h2>
        <p>What a command reads and writes, its commit and its environment:</p>
        <Lines text={example.command} what="the command" />
        <p>The same in Python:</p>
        <Lines text={example.python} what="the program" />
      </section>
    </div>
  );
}

const PYTHON = `from whence_emitters import Input, Output, step

with step("train", inputs=[Input("train.csv", role="TRAIN")], outputs=[Output("model.pkl", kind="MODEL")]):
    open("model.pkl", "wb").write(b"a model")`;

/** Lines to paste, for the service at `origin`. */
function lines(origin: string, keyed: boolean, run: string, now: Date) {
  const event = {
    eventType: "COMPLETE",
    eventTime: `${now.toISOString().slice(0, 19)}Z`,
    run: { runId: run },
    job: { namespace: "hello", name: "copy" },
    inputs: [{ namespace: "hello", name: "in.csv" }],
    outputs: [{ namespace: "hello", name: "out.csv" }],
    producer: "https://example.com/by-hand",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  };
  const fields = Object.entries(event).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const key = keyed ? " \\\n  -H 'Authorization: Bearer KEY'" : "";
  const set = keyed ? `export OPENLINEAGE_URL=${origin}\nexport OPENLINEAGE_API_KEY=KEY` : `export OPENLINEAGE_URL=${origin}`;
  return {
    variables: set,
    curl: `curl -s ${origin}/api/v1/lineage \\\n  -H 'Content-Type: application/json'${key} \\\n  -d '{\n${fields.join(",\n")}\n}'`,
    command: `${set}\nwhence-emit run --input TRAIN=train.csv --output MODEL=model.pkl -- python train.py`,
    python: PYTHON,
  };
}
