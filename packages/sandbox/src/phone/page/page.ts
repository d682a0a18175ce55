document.title = 'Wallet';
