import { render } from "preact";

import "./styles/tokens.css";
import "./styles/fonts.css";

render(<main>whence</main>, document.getElementById("app") as HTMLElement);
