package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.CloseCode;
import io.flotilla.transport.ReceiveMemory;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/**
 * Looks at the frames of a server (RFC 6455 5.2) as their bytes go by, as far as Pekko HTTP does not tell what is in them: close frames,
 * pongs, and how long a message is. What is wrong with other frames is for Pekko to say. Confined to a stream.
 */
final class FrameWatch {

    /** Hears what goes by. */
    interface Listener {
        void pong(byte[] payload);

        /** The last byte of a message went by. */
        void messageEnded();

        /** A close frame; its bytes do not go by. */
        void closed(byte[] payload);

        /** A close frame that breaks the protocol, or a message over its bound; nothing goes by any more. */
        void broken(int code, String detail);
    }

    private static final int CONTINUATION = 0;
    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final int MOST_CONTROL = 125;

    /** Bytes of a message that is not whole for which nobody is asked. */
    private static final int UNASKED = 64 * 1024;

    private final ReceiveMemory memory;
    private final long maxMessage;
    private final Listener listener;

    private final byte[] header = new byte[10];
    private int headerSize;
    private long payloadLeft;
    private int opcode;
    private byte[] control = new byte[0];
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
            if (payloadLeft > 0) {
                int here = (int) Math.min(payloadLeft, bytes.length() - at);
                keep(bytes, at, here);
                if (opcode < CLOSE && !claim(here)) {
                    return passing;
                }
                payloadLeft -= here;
                at += here;
                if (payloadLeft == 0) {
                    endFrame();
                }
            } else {
                header[headerSize++] = bytes.apply(at++);
                if (headerSize >= 2 && headerSize == headerLength()) {
                    begin();
                }
            }
            if (!isClose() && !over) {
                passing = at;
            }
        }
        return passing;
    }

    private int headerLength() {
        return switch (header[1] & 0x7F) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }

    /** From the first byte of its header on, a close frame stays here. */
    private boolean isClose() {
        return headerSize > 0 && (header[0] & 0x0F) == CLOSE;
    }

    private void begin() {
        long length = header[1] & 0x7F;
        if (length >= 126) {
            length = 0;
            for (int i = 2; i < headerSize; i++) {
                length = length << 8 | header[i] & 0xFF;
            }
        }
        opcode = header[0] & 0x0F;
        if ((headerSize == 4 && length < 126) || (headerSize == 10 && length >= 0 && length <= 0xFFFF)) {
            breakOff(CloseCode.PROTOCOL_ERROR, "a length is not in its shortest form");
            return;
        }
        if (opcode == CLOSE && ((header[0] & 0xF0) != 0x80 || (header[1] & 0x80) != 0 || length > MOST_CONTROL)) {
            breakOff(CloseCode.PROTOCOL_ERROR, "a close frame that is fragmented, masked, marked or too long");
            return;
        }
        boolean data = opcode < CLOSE;
        if (data) {
            boolean first = opcode != CONTINUATION;
            messageSize = (first ? 0 : messageSize) + Math.max(length, first ? 0 : 1);
            if (length < 0 || messageSize > maxMessage || length > maxMessage) {
                breakOff(CloseCode.TOO_BIG, "a message of more than " + maxMessage + " bytes (receive.max-message)");
                return;
            }
        }
        payloadLeft = length;
        control = data || length > MOST_CONTROL ? new byte[0] : new byte[(int) length];
        controlSize = 0;
        if (length == 0) {
            endFrame();
        }
    }

    private boolean claim(int bytes) {
        arrived += bytes;
        long more = arrived - claimed;
        if (arrived <= UNASKED) {
            return true;
        }
        if (!memory.claim(more)) {
            breakOff(
                    CloseCode.TOO_BIG,
                    "no room for a message of more than " + claimed
                            + " bytes beside the unfinished ones of other connections (limits.receive-memory)");
            return false;
        }
        claimed = arrived;
        return true;
    }

    /** Nothing more is looked at. */
    void stop() {
        over = true;
        memory.unclaim(claimed);
        claimed = 0;
    }

    private void keep(ByteString bytes, int from, int count) {
        if (controlSize + count <= control.length) {
            for (int i = 0; i < count; i++) {
                control[controlSize++] = bytes.apply(from + i);
            }
        }
    }

    private void endFrame() {
        headerSize = 0;
        if (opcode == PONG) {
            listener.pong(Arrays.copyOf(control, controlSize));
        } else if (opcode < CLOSE && (header[0] & 0x80) != 0) {
            memory.unclaim(claimed);
            claimed = 0;
            arrived = 0;
            listener.messageEnded();
        } else if (opcode == CLOSE) {
            stop();
            listener.closed(Arrays.copyOf(control, controlSize));
        }
    }

    private void breakOff(int code, String detail) {
        stop();
        listener.broken(code, detail);
    }
}
