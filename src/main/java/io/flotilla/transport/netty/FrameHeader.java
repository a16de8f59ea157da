package io.flotilla.transport.netty;

/**
 * The headers of a server's frames (RFC 6455 5.2), one after the other, byte by byte. What is wrong with one is said at the first byte
 * that makes it certain.
 */
public final class FrameHeader {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int DEFLATED = 0x40;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int MOST_CONTROL = 125;
    private static final int LENGTH_IN_2 = 126;

    /** What a byte came to. */
    public enum Read {
        MORE,
        WHOLE,
        BROKEN
    }

    private enum Part {
        FIRST_BYTE,
        SECOND_BYTE,
        LENGTH
    }

    private final boolean deflating;

    private Part part = Part.FIRST_BYTE;
    private boolean fin;
    private boolean marked;
    private int opcode;
    private long length;
    private int lengthBytes;
    private int lengthMissing;
    private boolean inMessage;
    private boolean text;
    private String wrong = "";

    /** @param deflating whether permessage-deflate was agreed upon */
    public FrameHeader(boolean deflating) {
        this.deflating = deflating;
    }

    /** Takes the next byte of a header. After {@link Read#WHOLE} the payload follows, and then the next header. */
    public Read take(int octet) {
        return switch (part) {
            case FIRST_BYTE -> firstByte(octet);
            case SECOND_BYTE -> secondByte(octet);
            case LENGTH -> lengthByte(octet);
        };
    }

    /** Whether some bytes of a header have come, and not all of them. */
    public boolean isBegun() {
        return part != Part.FIRST_BYTE;
    }

    public int opcode() {
        return opcode;
    }

    public boolean isControl() {
        return opcode >= CLOSE;
    }

    /** Whether it ends its message. */
    public boolean isFinal() {
        return fin;
    }

    /** Whether the message that it begins is deflated. */
    public boolean isMarked() {
        return marked;
    }

    /** Whether the message that it is of is a text. */
    public boolean isText() {
        return text;
    }

    public long length() {
        return length;
    }

    /** What the protocol says against it. */
    public String wrong() {
        return wrong;
    }

    private Read firstByte(int octet) {
        fin = (octet & FIN) != 0;
        opcode = octet & OPCODE;
        marked = (octet & RESERVED) != 0;
        if (marked && !mayBeMarked(octet & RESERVED)) {
            return broken("reserved bits are set that nothing was agreed upon for");
        } else if (!isKnown()) {
            return broken("opcode " + opcode + " is reserved");
        } else if (isControl() && !fin) {
            return broken("a control frame is fragmented");
        } else if (opcode == CONTINUATION && !inMessage) {
            return broken("a continuation frame continues nothing");
        } else if (beginsMessage() && inMessage) {
            return broken("a new message begins inside a fragmented one");
        }
        part = Part.SECOND_BYTE;
        return Read.MORE;
    }

    /** Only the first frame of a message says that it is deflated (RFC 7692 6). */
    private boolean mayBeMarked(int bits) {
        return bits == DEFLATED && deflating && beginsMessage();
    }

    private boolean isKnown() {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }

    private boolean beginsMessage() {
        return opcode == TEXT || opcode == BINARY;
    }

    private Read secondByte(int octet) {
        int short7 = octet & ~MASKED;
        if ((octet & MASKED) != 0) {
            return broken("a frame of the server is masked");
        } else if (isControl() && short7 > MOST_CONTROL) {
            return broken("a control frame is longer than 125 bytes");
        } else if (short7 < LENGTH_IN_2) {
            length = short7;
            return whole();
        }
        length = 0;
        lengthBytes = short7 == LENGTH_IN_2 ? Short.BYTES : Long.BYTES;
        lengthMissing = lengthBytes;
        part = Part.LENGTH;
        return Read.MORE;
    }

    private Read lengthByte(int octet) {
        if (lengthMissing == Long.BYTES && (octet & 0x80) != 0) {
            return broken("a length has its highest bit set");
        }
        length = length << Byte.SIZE | octet;
        if (--lengthMissing > 0) {
            return Read.MORE;
        }
        boolean shortest = length >= LENGTH_IN_2 && (lengthBytes == Short.BYTES || length > 0xFFFF);
        return shortest ? whole() : broken("a length is not in its shortest form");
    }

    private Read whole() {
        part = Part.FIRST_BYTE;
        if (beginsMessage()) {
            text = opcode == TEXT;
        }
        if (!isControl()) {
            inMessage = !fin;
        }
        return Read.WHOLE;
    }

    private Read broken(String why) {
        wrong = why;
        return Read.BROKEN;
    }
}
