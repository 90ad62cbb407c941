// The reader's own account: who they are, how they sign in, and where they are signed in.
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { PasskeysSection } from './passkeys-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { PreferencesSection } from './preferences-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TwoFactorSection } from './two-factor-section.tsx';

export function AccountPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('account.title')} description={t('account.about')}>
      <ProfileSection />
      <PasswordSection />
      <TwoFactorSection />
      <PasskeysSection />
      <SessionsSection />
      <PreferencesSection />
    </Page>
  );
}
