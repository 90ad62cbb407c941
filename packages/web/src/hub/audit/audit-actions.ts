// The words for what people did, and for what they did it to; what these pages do not know is shown as it is.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import en from '../../language/en.json' with { type: 'json' };

type ActionName = keyof typeof en.audit_actions;
type SubjectName = keyof typeof en.audit_subjects;

/** The actions with a text of their own, as the hub names them: `subject.verb`. */
export const auditActions: readonly string[] = Object.keys(en.audit_actions).map((name) => name.replace('__', '.'));

export const auditSubjects: readonly string[] = Object.keys(en.audit_subjects);

export function useActionText(): (action: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (action) => {
      const name = action.replace('.', '__');
      return isAction(name) ? t(`audit_actions.${name}`) : action;
    },
    [t],
  );
}

export function useSubjectText(): (kind: string) => string {
  const { t } = useTranslation();
  return useCallback((kind) => (isSubject(kind) ? t(`audit_subjects.${kind}`) : kind), [t]);
}

function isAction(name: string): name is ActionName {
  return Object.hasOwn(en.audit_actions, name);
}

function isSubject(name: string): name is SubjectName {
  return Object.hasOwn(en.audit_subjects, name);
}
