-- What is written to people when how they log in has changed.

-- definitions

select rowhouse_private.mail_template('reset_password', 'en', 'Choose a new password', $$Hello {name},

here you can choose a new password for Rowhouse:

{link}

The link works once, for 30 minutes. If you did not ask for it, ignore this message: your password stays as it is.

Rowhouse
$$);

select rowhouse_private.mail_template('reset_password', 'pt-BR', 'Escolha uma nova senha', $$Olá, {name}!

Aqui você pode escolher uma nova senha para o Rowhouse:

{link}

O link funciona uma vez, por 30 minutos. Se não foi você quem pediu, ignore esta mensagem: sua senha continua a mesma.

Rowhouse
$$);

select rowhouse_private.mail_template('password_changed', 'en', 'Your password was changed', $$Hello {name},

your Rowhouse password was just changed.

If that was you, all is well. If not, reset your password right away and tell whoever runs your account.

Rowhouse
$$);

select rowhouse_private.mail_template('password_changed', 'pt-BR', 'Sua senha foi alterada', $$Olá, {name}!

Sua senha do Rowhouse acabou de ser alterada.

Se foi você, está tudo certo. Se não foi, redefina sua senha agora mesmo e avise quem administra sua conta.

Rowhouse
$$);

select rowhouse_private.mail_template('session_ended', 'en', 'We ended one of your sessions', $$Hello {name},

an old token of your session on {device} was used again, so to be safe we ended that session. Just log in again.

If that was not you, please change your password.

Rowhouse
$$);

select rowhouse_private.mail_template('session_ended', 'pt-BR', 'Encerramos uma das suas sessões', $$Olá, {name}!

Um token antigo da sua sessão em {device} foi usado de novo, por isso encerramos essa sessão por segurança. Basta entrar novamente.

Se não foi você, troque sua senha.

Rowhouse
$$);

select rowhouse_private.mail_template('mfa_enabled', 'en', 'Your second factor is on', $$Hello {name},

well done: from now on a code from your app protects your Rowhouse login. Keep your backup codes in a safe place.

If that was not you, reset your password right away.

Rowhouse
$$);

select rowhouse_private.mail_template('mfa_enabled', 'pt-BR', 'Seu segundo fator está ativo', $$Olá, {name}!

Muito bem: a partir de agora um código do seu aplicativo protege sua entrada no Rowhouse. Guarde seus códigos de reserva em lugar seguro.

Se não foi você, redefina sua senha agora mesmo.

Rowhouse
$$);

select rowhouse_private.mail_template('mfa_disabled', 'en', 'Your second factor is off', $$Hello {name},

your Rowhouse login no longer asks for a second factor. You can turn it on again at any time.

If that was not you, reset your password right away.

Rowhouse
$$);

select rowhouse_private.mail_template('mfa_disabled', 'pt-BR', 'Seu segundo fator foi desativado', $$Olá, {name}!

Sua entrada no Rowhouse não pede mais um segundo fator. Você pode ativá-lo de novo quando quiser.

Se não foi você, redefina sua senha agora mesmo.

Rowhouse
$$);

select rowhouse_private.mail_template('mfa_reset', 'en', 'Your second factor was taken away', $$Hello {name},

an admin of {account} took the second factor of your Rowhouse login away. Please set it up again at your next login.

If you did not ask for that, talk to the admin.

Rowhouse
$$);

select rowhouse_private.mail_template('mfa_reset', 'pt-BR', 'Seu segundo fator foi removido', $$Olá, {name}!

Um administrador de {account} removeu o segundo fator da sua entrada no Rowhouse. Configure-o de novo na próxima vez que entrar.

Se você não pediu isso, fale com o administrador.

Rowhouse
$$);

select rowhouse_private.mail_template('backup_code_used', 'en', 'A backup code was used', $$Hello {name},

one of your backup codes was just used to log in to Rowhouse. Codes left: {left}.

If that was not you, reset your password right away.

Rowhouse
$$);

select rowhouse_private.mail_template('backup_code_used', 'pt-BR', 'Um código de reserva foi usado', $$Olá, {name}!

Um dos seus códigos de reserva acabou de ser usado para entrar no Rowhouse. Códigos restantes: {left}.

Se não foi você, redefina sua senha agora mesmo.

Rowhouse
$$);
