import * as contract from '@portolan/contract/alerts';
import { notFound } from '../app-error.ts';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { findAlert, listAlertPage } from './alert-store.ts';
import { createRule, deleteRule, endRuleSilence, getRule, silenceRule, updateRule } from './rule-service.ts';
import { listRulePage } from './rule-store.ts';
import { startEvaluation } from './evaluation.ts';
import { tryRule } from './try-rule.ts';

/** Routes for alert rules and alerts, and the evaluation of rules. */
export const alerts: CreateCapability = (platform) => {
  let stop = async () => {};
  return {
    routes(api) {
      mount(api, contract.listAlertRules, ({ workspace, query }, { tx }) =>
        listRulePage(tx, workspace.id, query),
      );
      mount(api, contract.getAlertRule, ({ workspace, params }, { tx }) =>
        getRule(tx, workspace.id, params.rule),
      );
      mount(api, contract.createAlertRule, ({ workspace, body }, work) =>
        createRule(work, workspace.id, body),
      );
      mount(api, contract.tryAlertRule, ({ workspace, body }, { tx, unchanged }) => {
        // A query with a body: sent by POST, but changes nothing.
        unchanged();
        return tryRule(tx, workspace.id, body);
      });
      mount(api, contract.updateAlertRule, ({ workspace, params, body }, work) =>
        updateRule(work, workspace.id, params.rule, body),
      );
      mount(api, contract.deleteAlertRule, ({ workspace, params }, work) =>
        deleteRule(work, workspace.id, params.rule),
      );
      mount(api, contract.silenceAlertRule, ({ workspace, params, body, actor }, work) =>
        silenceRule(work, { workspace: workspace.id, idOrName: params.rule, by: actor?.name ?? '' }, body),
      );
      mount(api, contract.endSilence, ({ workspace, params }, work) =>
        endRuleSilence(work, { workspace: workspace.id, idOrName: params.rule }),
      );
      mount(api, contract.listAlerts, ({ workspace, query }, { tx }) =>
        listAlertPage(tx, workspace.id, query),
      );
      mount(api, contract.getAlert, async ({ workspace, params }, { tx }) => {
        const alert = await findAlert(tx, workspace.id, params.alert);
        if (!alert) throw notFound(`alert ${params.alert}`);
        return alert;
      });
    },
    start() {
      stop = startEvaluation(platform);
    },
    close: () => stop(),
  };
};
