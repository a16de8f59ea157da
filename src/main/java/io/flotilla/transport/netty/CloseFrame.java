package io.flotilla.transport.netty;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * What the close frame of a peer says (RFC 6455 5.5.1).
 *
 * @param code as it was on the wire, whatever it was; empty when there was none
 */
public record CloseFrame(OptionalInt code, String reason) {

    /** It says nothing that the protocol knows. Without a stack: it is the peer's bug, and none of ours. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final FailureKind kind;
        private final int code;

        private Malformed(FailureKind kind, int code, String detail) {
            super(detail, null, false, false);
            this.kind = kind;
            this.code = code;
        }

        public FailureKind kind() {
            return kind;
        }

        /** What to tell the peer. */
        public int code() {
            return code;
        }

        public String detail() {
            return String.valueOf(getMessage());
        }
    }

    public static CloseFrame of(byte[] payload) throws Malformed {
        if (payload.length == 0) {
            return new CloseFrame(OptionalInt.empty(), "");
        }
        if (payload.length == 1) {
            throw new Malformed(FailureKind.BAD_FRAME, CloseCode.PROTOCOL_ERROR, "a close frame has half a code");
        }
        Utf8 reason = new Utf8();
        if (payload.length > 2 && !(reason.feed(payload, 2, payload.length) && reason.complete())) {
            throw new Malformed(FailureKind.BAD_TEXT, CloseCode.BAD_DATA, "the reason of a close frame is not UTF-8");
        }
        return new CloseFrame(
                OptionalInt.of((payload[0] & 0xFF) << 8 | payload[1] & 0xFF),
                new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }
}
