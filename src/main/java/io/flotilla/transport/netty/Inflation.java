package io.flotilla.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages of one link as their bytes arrive (RFC 7692 7.2.2). What comes out goes piece by piece to who decides whether
 * there may be more of it. Has a window of its own where messages refer to those before them, else borrows one of its event loop's
 * for the length of a message. Confined to the event loop.
 */
final class Inflation {

    /** Takes what was inflated. */
    interface Output {
        /** Tells whether there may be more. */
        boolean take(byte[] bytes, int size);
    }

    /** How it went. */
    enum Result {
        GOOD,
        /** The output wants no more. */
        STOPPED,
        /** It is no DEFLATE data. */
        BROKEN
    }

    private static final int PIECE = 16 * 1024;

    /** Windows that an event loop keeps for the next messages. */
    private static final int MOST_SPARE = 4;

    /** What each message lacks at its end (RFC 7692 7.2.2). */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final FastThreadLocal<byte[]> PIECES = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[PIECE];
        }
    };

    private static final FastThreadLocal<Deque<Inflater>> SPARE = new FastThreadLocal<>() {
        @Override
        protected Deque<Inflater> initialValue() {
            return new ArrayDeque<>(MOST_SPARE);
        }

        @Override
        protected void onRemoval(Deque<Inflater> spare) {
            spare.forEach(Inflater::end);
        }
    };

    private final boolean keepsContext;
    private @Nullable Inflater inflater;

    /** @param keepsContext whether messages refer to those before them */
    Inflation(boolean keepsContext) {
        this.keepsContext = keepsContext;
    }

    /** Takes so many bytes of a message. */
    Result feed(ByteBuf in, int bytes, Output output) {
        ByteBuffer piece = in.nioBuffer(in.readerIndex(), bytes);
        Result result = inflate(piece, output);
        in.skipBytes(bytes);
        return result;
    }

    /** The message is whole. */
    Result end(Output output) {
        Result result = inflate(ByteBuffer.wrap(TAIL), output);
        if (!keepsContext) {
            giveBack();
        }
        return result;
    }

    /** Releases the window. */
    void stop() {
        Inflater last = inflater;
        if (last != null && keepsContext) {
            inflater = null;
            last.end();
        } else {
            giveBack();
        }
    }

    private Result inflate(ByteBuffer in, Output output) {
        Inflater current = inflater();
        byte[] piece = PIECES.get();
        current.setInput(in);
        try {
            while (true) {
                int size = current.inflate(piece);
                if (size > 0) {
                    if (!output.take(piece, size)) {
                        return Result.STOPPED;
                    }
                } else if (current.finished()) { // a last block is not the end of a message (RFC 7692 7.2.3.4)
                    current.reset();
                    if (!in.hasRemaining()) {
                        return Result.GOOD;
                    }
                    current.setInput(in);
                } else {
                    return current.needsDictionary() ? Result.BROKEN : Result.GOOD;
                }
            }
        } catch (DataFormatException broken) {
            return Result.BROKEN;
        }
    }

    private Inflater inflater() {
        Inflater current = inflater;
        if (current == null) {
            Inflater spare = keepsContext ? null : SPARE.get().poll();
            current = spare == null ? new Inflater(true) : spare;
            inflater = current;
        }
        return current;
    }

    private void giveBack() {
        Inflater used = inflater;
        inflater = null;
        if (used == null) {
            return;
        }
        Deque<Inflater> spare = SPARE.get();
        if (spare.size() < MOST_SPARE) {
            used.reset();
            spare.push(used);
        } else {
            used.end();
        }
    }
}
