package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.FailureKind;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.netty.FrameHeader;
import io.flotilla.transport.netty.Utf8;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/**
 * Looks at the frames of a server (RFC 6455 5) as their bytes go by: close frames, pongs, how long a message is, and what breaks the
 * protocol, which Pekko HTTP would find out later and not name. Confined to a stream.
 */
final class FrameWatch {

    /** Hears what goes by. */
    interface Listener {
        void pong(byte[] payload);

        /** The last byte of a message went by: Pekko HTTP hands it over, unless there is something wrong with it. */
        void messageEnded();

        /** A close frame; its bytes do not go by. */
        void closed(byte[] payload);

        /** The peer broke the protocol, or a bound; nothing goes by any more. {@code code} is what to tell it. */
        void broken(FailureKind kind, int code, String detail);
    }

    /** Bytes of a message that is not whole for which nobody is asked. */
    private static final int UNASKED = 64 * 1024;

    private static final byte[] NONE = new byte[0];

    private final ReceiveMemory memory;
    private final long maxMessage;
    private final Listener listener;

    private final FrameHeader header = new FrameHeader(false);
    private final Utf8 utf8 = new Utf8();
    private boolean inPayload;
    private long payloadLeft;
    private byte[] control = NONE;
    private int controlSize;
    private long messageSize;
    private long arrived;
    private long claimed;
    private boolean over;

    FrameWatch(long maxMessage, ReceiveMemory memory, Listener listener) {
        this.memory = memory;
        this.maxMessage = maxMessage;
        this.listener = listener;
    }

    /** How many of these bytes, from the first one, may go on to Pekko. */
    int look(ByteString bytes) {
        int passing = 0;
        int at = 0;
        while (at < bytes.length() && !over) {
            if (inPayload) {
                int here = (int) Math.min(payloadLeft, bytes.length() - at);
                payload(bytes.slice(at, at + here));
                at += here;
            } else {
                header(bytes.apply(at++) & 0xFF);
            }
            if (!over && !isClose()) {
                passing = at;
            }
        }
        return passing;
    }

    /** From the first byte of its header on, a close frame stays here. */
    private boolean isClose() {
        return (inPayload || header.isBegun()) && header.opcode() == FrameHeader.CLOSE;
    }

    private void header(int octet) {
        switch (header.take(octet)) {
            case WHOLE -> begin();
            case BROKEN -> breakOff(FailureKind.BAD_FRAME, CloseCode.PROTOCOL_ERROR, header.wrong());
            case MORE -> {}
        }
    }

    private void begin() {
        payloadLeft = header.length();
        inPayload = payloadLeft > 0;
        control = header.isControl() ? new byte[(int) payloadLeft] : NONE;
        controlSize = 0;
        if (!header.isControl()) {
            boolean first = header.opcode() != FrameHeader.CONTINUATION;
            if (first) {
                messageSize = 0;
                utf8.reset();
            }
            messageSize += Math.max(payloadLeft, first ? 0 : 1); // endless empty fragments end, too
            if (messageSize > maxMessage || payloadLeft > maxMessage) {
                tooBig("a message of more than " + maxMessage + " bytes (receive.max-message)");
                return;
            }
        }
        if (!inPayload) {
            endFrame();
        }
    }

    private void payload(ByteString some) {
        int size = some.length();
        payloadLeft -= size;
        if (header.isControl()) {
            some.copyToArray(control, controlSize, size);
            controlSize += size;
        } else if (!claim(size) || !isText(some)) {
            return;
        }
        if (payloadLeft == 0) {
            inPayload = false;
            endFrame();
        }
    }

    private boolean isText(ByteString some) {
        if (header.isText() && !utf8.feed(some.toArrayUnsafe(), 0, some.length())) {
            badText("a text message is not UTF-8");
            return false;
        }
        return true;
    }

    private boolean claim(int bytes) {
        arrived += bytes;
        long more = arrived - claimed;
        if (arrived <= UNASKED) {
            return true;
        }
        if (!memory.claim(more)) {
            tooBig("no room for a message of more than " + claimed
                    + " bytes beside the unfinished ones of other connections (limits.receive-memory)");
            return false;
        }
        claimed = arrived;
        return true;
    }

    private void endFrame() {
        if (header.opcode() == FrameHeader.PONG) {
            listener.pong(Arrays.copyOf(control, controlSize));
        } else if (header.opcode() == FrameHeader.CLOSE) {
            stop();
            listener.closed(Arrays.copyOf(control, controlSize));
        } else if (!header.isControl() && header.isFinal()) {
            endMessage();
        }
    }

    private void endMessage() {
        unclaim();
        arrived = 0;
        if (header.isText() && !utf8.complete()) {
            badText("a text message ends inside a character");
        } else {
            listener.messageEnded();
        }
    }

    /** Nothing more is looked at. */
    void stop() {
        over = true;
        unclaim();
    }

    private void unclaim() {
        memory.unclaim(claimed);
        claimed = 0;
    }

    private void badText(String detail) {
        breakOff(FailureKind.BAD_TEXT, CloseCode.BAD_DATA, detail);
    }

    private void tooBig(String detail) {
        breakOff(FailureKind.MESSAGE_TOO_BIG, CloseCode.TOO_BIG, detail);
    }

    private void breakOff(FailureKind kind, int code, String detail) {
        stop();
        listener.broken(kind, code, detail);
    }
}
