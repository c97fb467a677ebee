{ ... }: {
  a = "\${no} $${no} $ \" \n \\ ${"in ${"in"}"}";
  b = ''
    ''${no} $${no} ''' ''\n ${toString 1}
      "deeper" # no comment
  '';
  c = "several
lines; # no comment
";
}
