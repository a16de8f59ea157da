package io.flotilla.failure;

/** The close codes of RFC 6455 7.4 and the IANA registry that Flotilla sends or looks at. */
public final class CloseCode {

    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    /** Stands for a close frame without a code; never on the wire. */
    public static final int NO_STATUS = 1005;
    /** Stands for an end without a close frame; never on the wire. */
    public static final int ABNORMAL = 1006;

    public static final int BAD_DATA = 1007;
    public static final int TOO_BIG = 1009;

    private CloseCode() {}

    /** Whether a peer may put this code on the wire: assigned in 1000-1014, registered or private in 3000-4999. */
    public static boolean mayBeOnTheWire(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != NO_STATUS && code != ABNORMAL)
                || (code >= 3000 && code <= 4999);
    }
}
