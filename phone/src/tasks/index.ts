// A task is a tab: the pack names those of the role, this table says which screen each has.
import type { ComponentType } from "preact";
import { Antigen } from "./antigen";
import { Calls } from "./calls";
import { Chat } from "./chat";
import { Doors } from "./doors";
import { Duties } from "./duties";
import { FoundTask } from "./found";
import { GateTask } from "./gate";
import { Tubes } from "./tubes";

export const TASKS = { tubes: Tubes, doors: Doors, duties: Duties, calls: Calls, antigen: Antigen, found: FoundTask, chat: Chat, gate: GateTask } satisfies Record<string, ComponentType>;
export type Task = keyof typeof TASKS;

/** The tasks that this app has screens for, in the order of the pack. */
export function known(tasks: string[]): Task[] {
  return tasks.filter((one): one is Task => one in TASKS);
}
