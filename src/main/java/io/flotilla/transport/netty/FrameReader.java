package io.flotilla.transport.netty;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.FailureKind;
import io.flotilla.transport.ReceiveMemory;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a server (RFC 6455 5) as their bytes arrive, in pieces of any size, and puts messages together. Keeps no
 * undecoded bytes: a header is taken byte by byte, a payload is copied once, into the array that becomes the message. What is
 * allocated follows what has arrived, never what was declared. Stops for good at the first violation or close frame.
 */
final class FrameReader implements Inflation.Output {

    /** Hears what was read. */
    interface Receiver {
        /** A whole message. */
        void message(boolean isText, byte[] payload);

        void ping(byte[] payload);

        void pong(byte[] payload);

        void close(CloseFrame frame);

        /** The peer broke the protocol; {@code code} is what to tell it. */
        void violation(FailureKind kind, int code, String detail);
    }

    private static final long MOST_ARRAY = Integer.MAX_VALUE - 16;
    private static final int FIRST_PIECE = 4 * 1024;

    /** Bytes of a message that is not whole for which nobody is asked. */
    static final int UNASKED = 64 * 1024;

    private static final byte[] EMPTY = new byte[0];

    private enum Part {
        HEADER,
        PAYLOAD,
        OVER
    }

    private final Receiver receiver;
    private final long maxMessage;
    private final ReceiveMemory memory;

    /** There where permessage-deflate was agreed upon. */
    private final @Nullable Inflation inflation;

    private final FrameHeader header;
    private Part part = Part.HEADER;
    private long payloadMissing;

    // The message in the making.
    private byte[] message = EMPTY;
    private boolean deflated;
    private int messageSize;
    private long messageWeight;
    private long claimed;
    private final Utf8 utf8 = new Utf8();

    private byte[] control = EMPTY;
    private int controlSize;

    FrameReader(Receiver receiver, long maxMessage, ReceiveMemory memory, @Nullable Inflation inflation) {
        this.inflation = inflation;
        this.header = new FrameHeader(inflation != null);
        this.receiver = receiver;
        this.memory = memory;
        this.maxMessage = Math.min(maxMessage, MOST_ARRAY);
    }

    /** Reads all of it, or up to the first violation or close frame; what follows those is not looked at. */
    void feed(ByteBuf in) {
        while (part != Part.OVER && step(in)) {
            // each step takes what it can use
        }
    }

    /** Nothing more is read, and what was half read is let go. */
    void stop() {
        part = Part.OVER;
        message = EMPTY;
        control = EMPTY;
        unclaim();
        if (inflation != null) {
            inflation.stop();
        }
    }

    private boolean step(ByteBuf in) {
        if (part == Part.PAYLOAD) {
            return payload(in);
        }
        if (!in.isReadable()) {
            return false;
        }
        switch (header.take(in.readUnsignedByte())) {
            case WHOLE -> begin();
            case BROKEN -> bad(header.wrong());
            case MORE -> {}
        }
        return true;
    }

    /** The header is complete. */
    private void begin() {
        long length = header.length();
        payloadMissing = length;
        part = Part.PAYLOAD;
        if (header.isControl()) {
            control = length == 0 ? EMPTY : new byte[(int) length];
            controlSize = 0;
            return;
        }
        boolean first = header.opcode() != FrameHeader.CONTINUATION;
        if (first) {
            deflated = header.isMarked();
            messageSize = 0;
            messageWeight = 0;
            utf8.reset();
        }
        // Each frame weighs at least one byte, so that endless empty fragments end too.
        messageWeight += Math.max(length, first ? 0 : 1);
        if (deflated
                ? messageWeight > mostDeflated()
                : length > maxMessage - messageSize || messageWeight > maxMessage + 1) {
            tooBig();
        }
    }

    /** What cannot be made shorter becomes a little longer: five bytes for each block of it (RFC 1951 3.2.4). */
    private long mostDeflated() {
        return maxMessage + maxMessage / 1000 + 64;
    }

    private boolean payload(ByteBuf in) {
        int here = (int) Math.min(payloadMissing, in.readableBytes());
        if (here == 0 && payloadMissing > 0) {
            return false;
        }
        if (header.isControl()) {
            in.readBytes(control, controlSize, here);
            controlSize += here;
        } else if (!(deflated ? inflate(in, here) : append(in, here))) {
            return false;
        }
        payloadMissing -= here;
        if (payloadMissing == 0) {
            part = Part.HEADER;
            if (header.isControl()) {
                endControl();
            } else if (header.isFinal()) {
                endMessage();
            }
        }
        return true;
    }

    private boolean append(ByteBuf in, int bytes) {
        if (!room(bytes)) {
            noRoom();
            return false;
        }
        in.readBytes(message, messageSize, bytes);
        return appended(bytes);
    }

    private boolean inflate(ByteBuf in, int bytes) {
        return bytes == 0 || isGood(inflation().feed(in, bytes, this));
    }

    /** One piece of an inflated message. */
    @Override
    public boolean take(byte[] bytes, int size) {
        if (size > maxMessage - messageSize) {
            tooBig();
            return false;
        }
        if (!room(size)) {
            noRoom();
            return false;
        }
        System.arraycopy(bytes, 0, message, messageSize, size);
        return appended(size);
    }

    private boolean appended(int bytes) {
        messageSize += bytes;
        if (header.isText() && !utf8.feed(message, messageSize - bytes, messageSize)) {
            badText("a text message is not UTF-8");
            return false;
        }
        return true;
    }

    private Inflation inflation() {
        return Objects.requireNonNull(inflation, "a deflated message, and nothing to inflate it");
    }

    private boolean isGood(Inflation.Result result) {
        if (result == Inflation.Result.BROKEN) {
            bad("a deflated message is no DEFLATE data");
        }
        return result == Inflation.Result.GOOD;
    }

    /** Makes room for so many bytes more, if there is any: exactly when they end the message, else by doubling. */
    private boolean room(int more) {
        int needed = messageSize + more;
        if (needed <= message.length) {
            return true;
        }
        boolean plainEnd = header.isFinal() && !deflated;
        long last = plainEnd ? messageSize + payloadMissing : maxMessage;
        long grown = plainEnd && needed == last ? needed : Math.max(needed, Math.max(FIRST_PIECE, 2L * message.length));
        int size = (int) Math.min(last, grown);
        if (size > UNASKED) {
            if (!memory.claim(size - claimed)) {
                return false;
            }
            claimed = size;
        }
        message = Arrays.copyOf(message, size);
        return true;
    }

    private void unclaim() {
        if (claimed > 0) {
            memory.unclaim(claimed);
            claimed = 0;
        }
    }

    private void endMessage() {
        if (deflated && !isGood(inflation().end(this))) {
            return;
        }
        if (header.isText() && !utf8.complete()) {
            badText("a text message ends inside a character");
            return;
        }
        byte[] whole = messageSize == message.length ? message : Arrays.copyOf(message, messageSize);
        message = EMPTY;
        messageSize = 0;
        messageWeight = 0;
        unclaim();
        receiver.message(header.isText(), whole);
    }

    private void endControl() {
        byte[] payload = control;
        control = EMPTY;
        switch (header.opcode()) {
            case FrameHeader.PING -> receiver.ping(payload);
            case FrameHeader.PONG -> receiver.pong(payload);
            default -> endClose(payload);
        }
    }

    private void endClose(byte[] payload) {
        CloseFrame frame;
        try {
            frame = CloseFrame.of(payload);
        } catch (CloseFrame.Malformed why) {
            violate(why.kind(), why.code(), why.detail());
            return;
        }
        stop();
        receiver.close(frame);
    }

    private void bad(String detail) {
        violate(FailureKind.BAD_FRAME, CloseCode.PROTOCOL_ERROR, detail);
    }

    private void badText(String detail) {
        violate(FailureKind.BAD_TEXT, CloseCode.BAD_DATA, detail);
    }

    private void tooBig() {
        violate(
                FailureKind.MESSAGE_TOO_BIG,
                CloseCode.TOO_BIG,
                "a message of more than " + maxMessage + " bytes (receive.max-message)");
    }

    private void noRoom() {
        violate(
                FailureKind.MESSAGE_TOO_BIG,
                CloseCode.TOO_BIG,
                "no room for a message of more than " + messageSize
                        + " bytes beside the unfinished ones of other connections (limits.receive-memory)");
    }

    private void violate(FailureKind kind, int code, String detail) {
        stop();
        receiver.violation(kind, code, detail);
    }
}
