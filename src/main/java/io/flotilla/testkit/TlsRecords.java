package io.flotilla.testkit;

import java.nio.ByteBuffer;

/** TLS records in the clear, written by hand, for peers whose TLS is wrong on purpose. */
final class TlsRecords {

    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int FATAL = 2;
    private static final int SERVER_HELLO = 2;

    private TlsRecords() {}

    static byte[] fatalAlert(int description) {
        return record(ALERT, new byte[] {FATAL, (byte) description});
    }

    /** No extensions, no session, no compression; the random bytes are all 42, which is not what ends this handshake. */
    static byte[] serverHello(int version, int cipherSuite) {
        ByteBuffer body = ByteBuffer.allocate(4 + 2 + 32 + 1 + 2 + 1);
        body.putInt(SERVER_HELLO << 24 | body.capacity() - 4).putShort((short) version);
        for (int i = 0; i < 32; i++) {
            body.put((byte) 42);
        }
        body.put((byte) 0).putShort((short) cipherSuite).put((byte) 0);
        return record(HANDSHAKE, body.array());
    }

    private static byte[] record(int type, byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) type)
                .putShort((short) 0x0303)
                .putShort((short) content.length)
                .put(content)
                .array();
    }
}
