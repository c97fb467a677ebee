{ lib, ... }: {
  a = 1 + 2 * 3 - -4 / 5;
  b = [ 1 ] ++ [ ] ++ (map (x: x) [ 2 ]);
  c = { } // { x = 1; } // rec { y = 2; z = y; };
  d = !true || false && ((1 < 2) == (2 >= 1)) -> (1 != 2);
  e = (x: { y, ... }: x + y) 1 { y = 2; };
  f = lib.pipe 1 [ (x: x) toString ];
}
