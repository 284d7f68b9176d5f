import "graphiql/style.css";
import "./page.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const firstQuery = `# Ctrl-Enter runs the query. The book on the left is the schema.
# A service that asks for a key wants it below, under Headers: {"Authorization": "Bearer …"}
query Newest {
  service { version store seq }
  find(filter: { kinds: [MODEL] }, first: 10) {
    edges { node { id name at } }
  }
}
`;

const page = document.getElementById("graphiql");
if (page === null) throw new Error("the page has no element #graphiql");

const address = new URLSearchParams(location.search);

createRoot(page).render(
  createElement(GraphiQL, {
    fetcher: createGraphiQLFetcher({ url: "/graphql" }),
    defaultQuery: firstQuery,
    query: address.get("query") ?? undefined,
    variables: address.get("variables") ?? undefined,
    // A header may hold a key: it must not outlive the page.
    showPersistHeadersSettings: false,
    shouldPersistHeaders: false,
  }),
);
