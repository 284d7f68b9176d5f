/** Questions to a service without the page: to know what the page has to show. */
export async function ask<Data>(service: string, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
  const answer = await fetch(`${service}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data: Data | null; errors?: unknown };
  if (data === null || errors) throw new Error(`${query} was answered with ${JSON.stringify(errors)}`);
  return data;
}

interface Found {
  readonly find: { readonly edges: readonly { readonly node: { readonly id: string; readonly name: string } }[] };
}

/** The newest node of a kind in whose name, digests, … a text is. Throws when there is none. */
export async function idOf(service: string, kind: string, text: string | null = null): Promise<string> {
  const query = "query ($filter: Filter!) { find(filter: $filter, first: 1) { edges { node { id name } } } }";
  const { find } = await ask<Found>(service, query, { filter: { kinds: [kind], text } });
  const id = find.edges[0]?.node.id;
  if (id === undefined) throw new Error(`no ${kind} with ${text}`);
  return id;
}

/** The link to a view of a node. */
export function linkTo(id: string, more: Readonly<Record<string, string>> = {}): string {
  return `/n?${new URLSearchParams({ id, ...more })}`;
}

interface Digested {
  readonly node: { readonly digests: readonly { readonly algorithm: string; readonly value: string }[] };
}

/** The SHA-256 of a version's bytes, hex. */
export async function sha256Of(service: string, version: string): Promise<string> {
  const query = "query ($id: ID!) { node(id: $id) { ... on Version { digests { algorithm value } } } }";
  const { node } = await ask<Digested>(service, query, { id: version });
  const digest = node.digests.find(({ algorithm }) => algorithm === "sha256");
  if (!digest) throw new Error(`${version} has no sha256`);
  return digest.value;
}
