function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** With its size in 64 bits, as videos over 4 GiB have it. */
function longBox(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write(type, 4, 'latin1');
  head.writeBigUInt64BE(BigInt(16 + content.length), 8);
  return Buffer.concat([head, content]);
}

function keys(names: readonly string[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(names.length, 4);
  return box('keys', Buffer.concat([head, ...names.map((name) => box('mdta', Buffer.from(name)))]));
}

const VERSION_AND_FLAGS = Buffer.alloc(4);

/** The boxes of a video whose metadata has these keys: as QuickTime writes them, or as MP4 has it. */
export function video(
  names: readonly string[] = ['com.apple.quicktime.make'],
  format: 'mov' | 'mp4' = 'mov',
): Buffer {
  const content = Buffer.concat([box('hdlr', Buffer.alloc(24)), keys(names), box('ilst', Buffer.alloc(30))]);
  const meta = box('meta', format === 'mov' ? content : Buffer.concat([VERSION_AND_FLAGS, content]));
  const moov = box(
    'moov',
    Buffer.concat([box('mvhd', Buffer.alloc(100)), box('trak', Buffer.alloc(500)), meta]),
  );
  return Buffer.concat([box('ftyp', Buffer.from('qt  ')), longBox('mdat', Buffer.alloc(10_000)), moov]);
}

export function liveVideo(format: 'mov' | 'mp4' = 'mov'): Buffer {
  return video(['com.apple.quicktime.make', 'com.apple.quicktime.content.identifier'], format);
}
