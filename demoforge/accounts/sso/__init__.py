"""Single sign-on: people log in at their company's log-in service, by OpenID Connect or SAML."""
