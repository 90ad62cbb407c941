// The first thing that Tab reaches: past the navigation, to the page itself.
import { useTranslation } from 'react-i18next';

export const mainId = 'main';

export function SkipLink() {
  const { t } = useTranslation();
  return (
    <a
      href={`#${mainId}`}
      className="relevo-skip"
      onClick={(event) => {
        // The address is the page's own: only the focus moves.
        event.preventDefault();
        document.getElementById(mainId)?.focus();
      }}
    >
      {t('navigation.skip')}
    </a>
  );
}
