import { render } from "preact";

import "./styles/tokens.css";
import "./styles/fonts.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/shell.css";
import "./styles/views.css";
import { App } from "./shell/app";
import { applyTheme } from "./shell/theme";

applyTheme();
render(<App />, document.getElementById("app") as HTMLElement);
