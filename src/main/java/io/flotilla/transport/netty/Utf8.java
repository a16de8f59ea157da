package io.flotilla.transport.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629) while it arrives, in pieces of any size. Says no at the first byte that makes it certain: overlong
 * forms, surrogates and code points beyond U+10FFFF are refused at their second byte.
 */
public final class Utf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Continuation bytes still to come in the present character. */
    private int missing;

    /** What the next continuation byte may be; narrower than 0x80-0xBF only for a second byte. */
    private int least = 0x80;

    private int most = 0xBF;

    public void reset() {
        missing = 0;
        least = 0x80;
        most = 0xBF;
    }

    /** Whether what was fed ends with a whole character. */
    public boolean complete() {
        return missing == 0;
    }

    /** Whether all of it is still valid, perhaps with the last character half there. */
    public boolean feed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (missing == 0) {
                at = skipAscii(bytes, at, to);
                if (at == to) {
                    return true;
                }
                if (!begin(bytes[at] & 0xFF)) {
                    return false;
                }
            } else if (!follow(bytes[at] & 0xFF)) {
                return false;
            }
            at++;
        }
        return true;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at + 8 <= to && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private boolean begin(int lead) {
        if (lead >= 0xC2 && lead <= 0xDF) {
            missing = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            missing = 2;
            least = lead == 0xE0 ? 0xA0 : 0x80;
            most = lead == 0xED ? 0x9F : 0xBF;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            missing = 3;
            least = lead == 0xF0 ? 0x90 : 0x80;
            most = lead == 0xF4 ? 0x8F : 0xBF;
        } else {
            return false;
        }
        return true;
    }

    private boolean follow(int next) {
        if (next < least || next > most) {
            return false;
        }
        missing--;
        least = 0x80;
        most = 0xBF;
        return true;
    }
}
