package io.flotilla.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent and nobody has taken yet: kept as it comes, until it is to be a request, and later frames. Lives on an event
 * loop.
 */
final class Intake {

    /** Hears what was taken. */
    interface Listener {
        void requested(UpgradeRequest request);

        void received(ClientFrame frame);

        /** Bytes that are no part of a request, as ISO-8859-1. */
        void took(String bytes);

        void violated(String rule);
    }

    /** How inbound bytes are taken. */
    private enum Taking {
        AS_THEY_COME,
        AS_REQUEST,
        AS_FRAMES,
        NOT
    }

    /** Bytes that are kept though nobody reads them yet; further ones are dropped. */
    private static final int MAX_KEPT = 1 << 20;

    private static final int MAX_HEAD = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final Listener listener;
    private Taking taking = Taking.AS_THEY_COME;
    private @Nullable ByteBuf kept;

    Intake(ByteBufAllocator allocator, Listener listener) {
        this.allocator = allocator;
        this.listener = listener;
    }

    /** Whether what comes is only kept. */
    boolean isIdle() {
        return taking == Taking.AS_THEY_COME;
    }

    /** Bytes came; tells whether they lie there for who waits for them. */
    boolean add(ByteBuf bytes) {
        if (taking == Taking.NOT || (isIdle() && kept != null && kept.readableBytes() > MAX_KEPT)) {
            bytes.release();
            return false;
        }
        kept = kept == null ? bytes : append(kept, bytes);
        take();
        return isIdle();
    }

    private ByteBuf append(ByteBuf first, ByteBuf more) {
        if (first.refCnt() == 1 && !first.isReadOnly() && first.maxWritableBytes() >= more.readableBytes()) {
            first.discardSomeReadBytes().writeBytes(more);
            more.release();
            return first;
        }
        ByteBuf both = allocator.buffer(first.readableBytes() + more.readableBytes());
        both.writeBytes(first).writeBytes(more);
        first.release();
        more.release();
        return both;
    }

    /** The next head is a request. */
    void readRequest() {
        taking = Taking.AS_REQUEST;
        take();
    }

    /** All from here on are frames. */
    void readFrames() {
        taking = Taking.AS_FRAMES;
        take();
    }

    /** Hands out what is kept: it was meant for somebody else. */
    Optional<ByteBuf> handOut() {
        Optional<ByteBuf> early = Optional.ofNullable(kept);
        kept = null;
        return early;
    }

    /** Takes so many bytes off what came, if they are there; they are no part of a request. */
    boolean takeOff(int bytes) {
        if (!isIdle() || kept == null || kept.readableBytes() < bytes) {
            return false;
        }
        listener.took(kept.readCharSequence(bytes, StandardCharsets.ISO_8859_1).toString());
        take();
        return true;
    }

    /** Takes a head off what came, up to its empty line, if it is there; it is no request. */
    boolean takeHeadOff() {
        int end = kept == null ? -1 : endOfHead(kept);
        return end >= 0 && takeOff(end);
    }

    private void take() {
        if (taking == Taking.AS_REQUEST) {
            takeRequest();
        }
        if (taking == Taking.AS_FRAMES) {
            takeFrames();
        }
        if (kept != null && !kept.isReadable()) {
            drop();
        }
    }

    private void takeRequest() {
        if (kept == null) {
            return;
        }
        int end = endOfHead(kept);
        if (end >= 0) {
            taking = Taking.AS_THEY_COME;
            String head =
                    kept.readCharSequence(end, StandardCharsets.ISO_8859_1).toString();
            listener.requested(UpgradeRequest.parse(head, Instant.now()));
        } else if (kept.readableBytes() > MAX_HEAD) {
            refuse("request head must be at most " + MAX_HEAD + " bytes");
        }
    }

    private static int endOfHead(ByteBuf bytes) {
        int from = bytes.readerIndex();
        for (int i = from; i + 3 < bytes.writerIndex(); i++) {
            if (bytes.getInt(i) == 0x0d0a0d0a) {
                return i + 4 - from;
            }
        }
        return -1;
    }

    private void takeFrames() {
        try {
            while (kept != null && taking == Taking.AS_FRAMES) {
                ClientFrame frame = FrameReader.read(kept);
                if (frame == null) {
                    return;
                }
                listener.received(frame);
            }
        } catch (FrameReader.TooBig e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void refuse(String rule) {
        listener.violated(rule);
        taking = Taking.NOT;
    }

    /** What is kept is wanted no more. */
    void drop() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
