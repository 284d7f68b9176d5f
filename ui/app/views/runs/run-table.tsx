import type { ComponentChildren } from "preact";

import type { FragmentOf } from "../../api/document";
import { duration, lasted } from "../../parts/format";
import { NodeLink, State } from "../../parts/node";
import { Table } from "../../parts/table";
import { Ago, Nothing, useNow } from "../../parts/time";
import type { runLine } from "./questions";

export type RunLine = FragmentOf<typeof runLine>;

/** A run in a table, and what else its line says (what it did with something). */
export type RunRow = { readonly run: RunLine; readonly why?: ComponentChildren };

/** Runs with their state and duration, each bar to the scale of the longest that has ended. */
export function RunTable({ rows, caption, why }: { rows: readonly RunRow[]; caption: string; why?: string }) {
  const now = useNow(1000);
  const longest = Math.max(1, ...rows.map(({ run }) => (run.endedAt ? (lasted(run.startedAt, run.endedAt, now) ?? 0) : 0)));
  return (
    <Table label={caption} columns={["Run", ...(why ? [why] : []), "State", "Started", "Took"]} look="runs">
      {rows.map(({ run, why: did }) => (
        <tr key={run.id}>
          <th scope="row">
            <NodeLink node={run} />
            {run.error && <p class="reason danger">{run.error}</p>}
          </th>
          {why && <td>{did}</td>}
          <td>
            <State of={run.state} />
          </td>
          <td class="num">
            <Ago at={run.startedAt} />
          </td>
          <td class="num took">
            <Took run={run} longest={longest} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Took({ run, longest, now }: { run: RunLine; longest: number; now: number }) {
  const ms = lasted(run.startedAt, run.endedAt, now);
  if (ms === null || (run.endedAt === null && run.state !== "RUNNING")) return <Nothing />;
  const share = Math.min(1, ms / longest);
  return (
    <span class="bar" data-state={run.state}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width={Math.max(1.5, share * 100)} height="4" rx="1" />
      </svg>
      {run.state === "RUNNING" ? `${duration(ms)} so far` : duration(ms)}
    </span>
  );
}
