import { Confirm } from '../overlays/confirm.ts';
import type { App, Command } from '../state/app.ts';
import { whyNot } from '../state/why-not.ts';

/** Runs a command, or asks first when it is dangerous. */
export async function runCommand(app: App, command: Command): Promise<void> {
  const reason = whyNot(app, command);
  if (reason !== null) return app.say(`${command.title}: ${reason}`);
  if (command.kinds !== undefined) app.lastCommand = command;
  try {
    if (command.danger === 0) {
      await app.busy.track(Promise.resolve(command.run(app)));
    } else {
      const plan = await app.busy.track(Promise.resolve(command.plan(app)));
      if (plan) app.openOverlay(new Confirm(plan, command, app.now()));
    }
  } catch (error) {
    app.fail(error, command.title);
  }
  app.changed();
}
