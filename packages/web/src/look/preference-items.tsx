// The choices of language and theme, as items of a menu.
import { Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, languageNames, pageLanguages } from '../language/language.ts';

const schemes = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

export function PreferenceItems() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t('preferences.language')}</Menu.Label>
      {pageLanguages.map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          leftSection={<IconLanguage size={16} />}
          rightSection={i18n.language === language && <IconCheck size={14} aria-label={t('preferences.chosen')} />}
          onClick={() => void changeLanguage(language)}
        >
          {languageNames[language]}
        </Menu.Item>
      ))}
      <Menu.Label>{t('preferences.theme')}</Menu.Label>
      {schemes.map(({ value, icon: Icon }) => (
        <Menu.Item
          key={value}
          leftSection={<Icon size={16} />}
          rightSection={colorScheme === value && <IconCheck size={14} aria-label={t('preferences.chosen')} />}
          onClick={() => setColorScheme(value)}
        >
          {t(`preferences.${value}`)}
        </Menu.Item>
      ))}
    </>
  );
}
