import { counted } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { Json } from "../../parts/json";
import { Table } from "../../parts/table";
import { assertions, columns, documentation, fields, others } from "./facets";
import { Panel } from "./facts";

export function Documentation({ of }: { of: unknown }) {
  const said = documentation(of);
  return said ? (
    <Panel title="Documentation">
      <p class="prose">{said}</p>
    </Panel>
  ) : null;
}

export function Tests({ of }: { of: unknown }) {
  const all = assertions(of);
  if (all.length === 0) return null;
  const failed = all.filter((each) => !each.success).length;
  return (
    <Panel title="Tests" end={failed ? `${failed} of ${all.length} failed` : `${all.length} passed`}>
      <ul class="list tight">
        {all.map((each, index) => (
          <li key={index} class={each.success ? "passed" : "danger"}>
            <Icon of={each.success ? "circle-check" : "circle-alert"} label={each.success ? "passed" : "failed"} />
            {each.name}
            {each.column && <code>{each.column}</code>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Schema({ of }: { of: unknown }) {
  const all = fields(of);
  if (all.length === 0) return null;
  return (
    <Panel title="Schema" end={counted(all.length, "field")}>
      <Table label="Fields" columns={["Field", "Type", "Description"]}>
        {all.map((field, index) => (
          <tr key={index}>
            <th scope="row" data-depth={field.depth}>
              {field.name}
            </th>
            <td>
              <code>{field.type}</code>
            </td>
            <td class="quiet">{field.description}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

export function Columns({ of }: { of: unknown }) {
  const all = columns(of);
  if (all.length === 0) return null;
  return (
    <Panel title="Where its columns came from" end={counted(all.length, "column")}>
      <Table label="Column lineage" caption="Columns and the columns they came from" columns={["Column", "Came from"]}>
        {all.map((column) => (
          <tr key={column.name}>
            <th scope="row">{column.name}</th>
            <td>
              <ul class="list tight">
                {column.from.map((from, index) => (
                  <li key={index}>
                    <span class="wrap">{from.dataset}</span> <code>{from.field}</code> <span class="quiet">{from.how.toLowerCase()}</span>
                  </li>
                ))}
              </ul>
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

/** Every other facet as it came, known to anybody or not. */
export function Facets({ of }: { of: unknown }) {
  const all = others(of);
  if (all.length === 0) return null;
  return (
    <Panel title="Facets, as they came" end={String(all.length)}>
      {all.map(([name, facet]) => (
        <details key={name} class="facet">
          <summary>{name}</summary>
          <Json of={facet} name={`${name}.json`} what={`facet ${name}`} />
        </details>
      ))}
    </Panel>
  );
}
