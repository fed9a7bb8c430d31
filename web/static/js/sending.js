// What every page has for people of the studio, who send files from wherever they are; a guest never loads it.
import { attach } from "./attach.js";
import { drop } from "./drop.js";
import { tray } from "./tray.js";

drop();
attach();
void tray();
