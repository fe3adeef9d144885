-- What is written to people about their accounts.

-- definitions

select rowhouse_private.mail_template('verify_email', 'en', 'Confirm your e-mail address', $$Hello {name},

welcome to Rowhouse! Please confirm that this address is yours:

{link}

If you did not sign up, simply ignore this message.

Rowhouse
$$);

select rowhouse_private.mail_template('verify_email', 'pt-BR', 'Confirme seu endereço de e-mail', $$Olá, {name}!

Boas-vindas ao Rowhouse! Confirme que este endereço é seu:

{link}

Se você não se cadastrou, basta ignorar esta mensagem.

Rowhouse
$$);

select rowhouse_private.mail_template('account_exists', 'en', 'You already have an account', $$Hello {name},

somebody, perhaps you, tried to sign up for Rowhouse with this address. You have an account already: log in, or choose a new password if you have forgotten it:

{link}

If that was not you, there is nothing to do: nothing has changed.

Rowhouse
$$);

select rowhouse_private.mail_template('account_exists', 'pt-BR', 'Você já tem uma conta', $$Olá, {name}!

Alguém, talvez você, tentou se cadastrar no Rowhouse com este endereço. Você já tem uma conta: entre, ou escolha uma nova senha se a esqueceu:

{link}

Se não foi você, não precisa fazer nada: nada mudou.

Rowhouse
$$);

select rowhouse_private.mail_template('invitation', 'en', '{inviter} invites you to {account}', $$Hello,

{inviter} invites you to work together in {account} on Rowhouse. Join here:

{link}

The invitation is good for 7 days. If you do not know the sender, ignore this message.

Rowhouse
$$);

select rowhouse_private.mail_template('invitation', 'pt-BR', '{inviter} convida você para {account}', $$Olá!

{inviter} convida você a trabalhar em {account} no Rowhouse. Entre por aqui:

{link}

O convite vale por 7 dias. Se você não conhece quem enviou, ignore esta mensagem.

Rowhouse
$$);
