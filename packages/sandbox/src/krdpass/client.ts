/**
 * The client that the stand-in knows, as KRDPASS would hand one out on approval. Its secret and its
 * private key are public: they are good for this sandbox alone, which only loopback reaches.
 */
export const KRDPASS_CLIENT = {
  clientId: 'beckon-sandbox',
  clientSecret: 'krdpass-sandbox-secret',
  privateKey: {
    kty: 'RSA',
    n: 'n520h6n1CkMCJ8MA2fKAlm88RFQinlTgSOjnzKtn_7S7kFcibuNNWZhc7Z-WPZJ3YOEbpAMW7R-kQj7RYUvoLF3TQfmsYBsh-TvbkIfORe9jf3l8TVXryKT2XFt6FOKNzDsMC7KTTKNSn77BXT1v-1ir8HrNae7cYhuCZrS0rBjWfixiCfdtKKzTFCyeefSJ81M-aD5xxaXqUDlF_VN8Ccx9q6C_QeK2YPpnmeu_Uj7VcyFsj3p5Rve0uD5g4b6hBnGHDf_dn5RzXCQ4cTyHN83YlovJFCekOTWEv1uTjzAhcEeeaMIWrdsSERWEFt9VhWYtdMdJBm1YJU5TkG9y9Q',
    e: 'AQAB',
    d: 'Gdr5-1_Uia0BFF_KK4PUwImUQZ0_XlZxXl4b7lN1rT4hg-gZc8zuIq1DoFpRg_fNzquoRpEZjZ-qg_CZCiG5ojYwmmdPPOIoRq8jie31w-5bN7L-J6jbYM0X-y32QJvSTFrkQKDUq31pTOche3EQSq66a2H5FEfU-y9pmCl9esLpvphQwOwCabB3CAfOVu9-K6HN0CHEhULZwQVkRh98IwWnRhni4UIZUAkQrsM_3aJRGxZBitqPlLmUy6rYAEQqUXi4nnvvH2tJoK2ilYa37b-Mc2Qw9ERRIm4gvo24EkOZjkktRxzn08tG1dDJayJJ201mELN_6Gtlo15CIjxqoQ',
    p: 'yn9fvsOzAOwgDkk0Qe-ru1X8aSnopEt2qFs-vSmyOVMEAykU6dJAx1uH6N5BiuwaRNJcPuceAqa2BNV_7oRbBmjBDlljwFDo1pnkplJUjXLrZNTYnZm-0EMoHWGhf7UMr2QOMtGQAr41HPdLLIN--JzaQqM3AoUAfEUukL9Sqj8',
    q: 'ycnj_xKkzPFvnvgj__h97cqs1r16JtIrbE4gaUvrSTZzWNoaLq411qmPzQ-ue17zyZnXM2sblbPn8byOIRJv42cFTeWxlf35I7RgSbNrmyHiA2iOmpZBV8DTQmf9DXx8Sa7JcV8BGkkWK9zWg6izY7fzGDMkOkHgRQtvsEjyzcs',
    dp: 'Ler2Ph7IX4QrvLGS3QTJD2DvLLWpIGBQVtrh_ikPVfpiJYlSSbc4ozw5NG_5stPZHRQKgOUNpBJDohL7wI1YyrpEVMmmWfy-37Lj62ct7ylJAYNWX152q2kfFpKF-ZyHdNoech2dJ1IUXy4gaMakqyF-SLAUEEkyk_toFMCdsSc',
    dq: 'cfKf3RoaFeEAtzRIn_MiqXUZxOmaYPGts6sqgktswhsNZ89BmbqmjGGT4qhIT0J_SAinjVGechr1j3x6hhJzPGagiCx868ZPOepRtUysJx4rEuGoJYNTwsoQgh9WtpblWHZrKqoLZVyAOKSsPgy1wEnP7Ip0mrE4g8TBfTq0YaE',
    qi: 'ohoMuUbvyrQBxdLkR2TNlxbrbUOrSkWnqlZ9LffLEPibMRx3uwav_uzxayhfF77VMrV3hm7lPOzlChPPpz0CXGw_zA6JSPyc0Hx365U8FYTMknXafxw7K5sSHEQVeF6gZTbtmQZ6bpS7cfENDFJKe0nLmpPQKElTODAaaqkwkOk',
    kid: 'sandbox-1',
    alg: 'RS256',
    use: 'sig',
  },
} as const;
