import { useTitle } from "../shell/title";
import { Empty } from "../parts/states";

/** A path that leads nowhere; the service answers most of them itself. */
export function Nowhere({ path }: { path: string }) {
  useTitle("Nothing here");
  return (
    <div class="page">
      <h1>Nothing here</h1>
      <Empty title={`There is no page at ${path}.`}>
        <a href="/">Go to the catalog</a>
      </Empty>
    </div>
  );
}
