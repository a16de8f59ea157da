package io.flotilla.transport;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Evidence;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The message that left a link last: its size and a checksum, enough to find it in a log of one's own, and nothing of what it says. A
 * peer that closes with 1007 or 1009 most likely means that one. Confined to the link's event loop.
 */
public final class LastSent {

    private boolean any;
    private int size;
    private int checksum;

    /** CRC-32C of the payload: a few nanoseconds for a small one. */
    public static int checksum(Frame frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame.payload());
        return (int) crc.getValue();
    }

    /** It was handed to the kernel. */
    public void was(int bytes, int crc) {
        any = true;
        size = bytes;
        checksum = crc;
    }

    /** For the evidence of an end; null when nothing left. */
    public Evidence.@Nullable Sent seen() {
        return any ? new Evidence.Sent(size, String.format("%08x", checksum)) : null;
    }

    /** What a close code of the peer says of it, for the detail of a failure; empty for most codes. */
    public String suspected(int code) {
        boolean accuses = code == CloseCode.BAD_DATA || code == CloseCode.TOO_BIG;
        return Optional.ofNullable(seen())
                .filter(sent -> accuses)
                .map(sent -> "; what was sent last has " + sent.bytes() + " bytes, CRC-32C " + sent.crc32c())
                .orElse("");
    }
}
