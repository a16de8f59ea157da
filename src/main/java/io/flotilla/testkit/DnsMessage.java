package io.flotilla.testkit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The few bytes of RFC 1035 that a scripted name server needs.
 *
 * @param id of the query
 * @param flags of the query
 * @param name asked for, in lower case, without a last dot
 * @param type asked for
 * @param question as it came, to be repeated in the answer
 */
record DnsMessage(int id, int flags, String name, int type, byte[] question) {

    static final int A = 1;
    static final int AAAA = 28;

    private static final int HEADER = 12;
    private static final int SOA = 6;
    private static final int IN = 1;
    private static final int RESPONSE = 0x8000;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;

    /** Points to the name in the question, which follows the header. */
    private static final int QUESTION_NAME = 0xc000 | HEADER;

    private static final int NEGATIVE_TTL = 0;

    /** The query in these bytes; empty when they are none. */
    static Optional<DnsMessage> query(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            int id = in.getShort() & 0xffff;
            int flags = in.getShort() & 0xffff;
            int questions = in.getShort();
            in.position(HEADER);
            if (questions != 1 || (flags & RESPONSE) != 0) {
                return Optional.empty();
            }
            StringBuilder name = new StringBuilder();
            for (int length = in.get() & 0xff; length > 0; length = in.get() & 0xff) {
                byte[] label = new byte[length];
                in.get(label);
                name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
            }
            int type = in.getShort() & 0xffff;
            in.getShort();
            byte[] question = Arrays.copyOfRange(bytes, HEADER, in.position());
            return Optional.of(new DnsMessage(id, flags, name.toString().toLowerCase(Locale.ROOT), type, question));
        } catch (BufferUnderflowException | IllegalArgumentException notDns) {
            return Optional.empty();
        }
    }

    /** The answer to this query. */
    byte[] answer(DnsAnswer answer, boolean overTcp) {
        boolean truncated = answer.truncated() && !overTcp;
        List<InetAddress> addresses = truncated
                ? List.of()
                : answer.addresses().stream().filter(this::isAsked).toList();
        boolean negative = addresses.isEmpty()
                && !truncated
                && (answer.code() == DnsAnswer.NO_ERROR || answer.code() == DnsAnswer.NXDOMAIN);
        ByteBuffer out = ByteBuffer.allocate(HEADER + question.length + 28 * addresses.size() + 64);
        out.putShort((short) id)
                .putShort((short) (RESPONSE
                        | AUTHORITATIVE
                        | RECURSION_AVAILABLE
                        | (flags & RECURSION_DESIRED)
                        | (truncated ? TRUNCATED : 0)
                        | (answer.code() & 15)))
                .putShort((short) 1)
                .putShort((short) addresses.size())
                .putShort((short) (negative ? 1 : 0))
                .putShort((short) 0)
                .put(question);
        for (InetAddress address : addresses) {
            byte[] bytes = address.getAddress();
            record(out, type, (int) answer.ttl().toSeconds(), bytes.length).put(bytes);
        }
        if (negative) {
            // RFC 2308: a negative answer carries the SOA; two empty names and five numbers.
            record(out, SOA, NEGATIVE_TTL, 22)
                    .put((byte) 0)
                    .put((byte) 0)
                    .putInt(1)
                    .putInt(3600)
                    .putInt(600)
                    .putInt(86400)
                    .putInt(NEGATIVE_TTL);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private boolean isAsked(InetAddress address) {
        return type == (address instanceof Inet4Address ? A : AAAA);
    }

    private static ByteBuffer record(ByteBuffer out, int type, int ttl, int length) {
        return out.putShort((short) QUESTION_NAME)
                .putShort((short) type)
                .putShort((short) IN)
                .putInt(ttl)
                .putShort((short) length);
    }
}
