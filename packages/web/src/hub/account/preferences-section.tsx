// Language and theme of the pages in this browser.
import { SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { changeLanguage, chooseLanguage, languageNames, pageLanguages } from '../../language/language.ts';
import { AccountSection } from './account-section.tsx';

export function PreferencesSection() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <AccountSection title={t('preferences.title')} text={t('account.preferences_about')}>
      <Stack gap="md">
        <Stack gap={4} align="flex-start">
          <Text size="sm" fw={600} id="preference-language">
            {t('preferences.language')}
          </Text>
          <SegmentedControl
            aria-labelledby="preference-language"
            value={chooseLanguage([i18n.language])}
            onChange={(language) => void changeLanguage(language)}
            data={pageLanguages.map((language) => ({ value: language, label: languageNames[language] }))}
          />
        </Stack>
        <Stack gap={4} align="flex-start">
          <Text size="sm" fw={600} id="preference-theme">
            {t('preferences.theme')}
          </Text>
          <SegmentedControl
            aria-labelledby="preference-theme"
            value={colorScheme}
            onChange={setColorScheme}
            data={(['light', 'dark', 'auto'] as const).map((scheme) => ({ value: scheme, label: t(`preferences.${scheme}`) }))}
          />
        </Stack>
      </Stack>
    </AccountSection>
  );
}
