package io.flotilla.transport.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the head of an HTTP answer out of bytes that arrive in pieces of any size, and not one byte more. Says that it is no HTTP at
 * the first byte that makes it certain: a peer that talks something else may never send a line.
 */
public final class AnswerReader {

    static final int MOST_BYTES = 16 * 1024;

    /** Answers such as 103 that may precede the one that counts. */
    private static final int MOST_INTERIM = 10;

    private static final int SWITCHED = 101;

    private static final byte[] BEGINNING = {'H', 'T', 'T', 'P', '/', '1', '.'};

    private byte[] head = new byte[512];
    private int size;
    private int lineSize;
    private int interim;

    /** The head that counts once its last byte is there; null until then. What follows stays in {@code in}. */
    public @Nullable AnswerHead read(ByteBuf in) throws AnswerHead.NotHttp {
        AnswerHead answer = next(in);
        while (answer != null && answer.status() / 100 == 1 && answer.status() != SWITCHED) {
            if (++interim > MOST_INTERIM) {
                throw new AnswerHead.NotHttp("more than " + MOST_INTERIM + " interim answers");
            }
            answer = next(in);
        }
        return answer;
    }

    private @Nullable AnswerHead next(ByteBuf in) throws AnswerHead.NotHttp {
        while (in.isReadable()) {
            byte octet = in.readByte();
            if (size < BEGINNING.length && octet != BEGINNING[size]) {
                throw new AnswerHead.NotHttp("it does not begin with HTTP/1");
            }
            if (size == MOST_BYTES) {
                throw new AnswerHead.NotHttp("its head is longer than " + MOST_BYTES + " bytes");
            }
            if (size == head.length) {
                head = Arrays.copyOf(head, Math.min(MOST_BYTES, 2 * size));
            }
            head[size++] = octet;
            if (octet == '\n') {
                if (lineSize == 0) {
                    AnswerHead read = AnswerHead.parse(head, size);
                    size = 0;
                    return read;
                }
                lineSize = 0;
            } else if (octet != '\r') {
                lineSize++;
            }
        }
        return null;
    }
}
