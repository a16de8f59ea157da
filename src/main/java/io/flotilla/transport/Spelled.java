package io.flotilla.transport;

import java.nio.charset.StandardCharsets;

/**
 * A text as the bytes that it stands for where it is percent-encoded, in part or as a whole, by whatever rules; each byte knows where it
 * stood. A space and a plus sign are the same here: forms write one as the other.
 */
final class Spelled {

    private final byte[] bytes;
    private final int[] starts;
    private final int[] ends;
    private int size;

    private Spelled(int longest) {
        bytes = new byte[longest];
        starts = new int[longest];
        ends = new int[longest];
    }

    /** Whether anything in this text may stand for something else. */
    static boolean isLikely(String text) {
        return text.indexOf('%') >= 0 || text.indexOf('+') >= 0;
    }

    static Spelled of(String text) {
        Spelled spelled = new Spelled(text.length() * 3);
        int at = 0;
        while (at < text.length()) {
            int high = at + 2 < text.length() && text.charAt(at) == '%' ? Character.digit(text.charAt(at + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(at + 2), 16);
            int end = low < 0 ? at + Character.charCount(text.codePointAt(at)) : at + 3;
            if (low < 0) {
                for (byte each : text.substring(at, end).getBytes(StandardCharsets.UTF_8)) {
                    spelled.add(each, at, end);
                }
            } else {
                spelled.add((byte) (high << 4 | low), at, end);
            }
            at = end;
        }
        return spelled;
    }

    private void add(byte value, int start, int end) {
        bytes[size] = value == ' ' ? (byte) '+' : value;
        starts[size] = start;
        ends[size++] = end;
    }

    /** The text with something else in the place of everything that stands for this. */
    static String replaced(String text, String value, String mask) {
        Spelled in = of(text);
        Spelled wanted = of(value.replace("%", "%25"));
        StringBuilder replaced = new StringBuilder();
        int done = 0;
        for (int at = in.find(wanted, 0); at >= 0; at = in.find(wanted, at + wanted.size)) {
            replaced.append(text, done, in.starts[at]).append(mask);
            done = in.ends[at + wanted.size - 1];
        }
        return done == 0 ? text : replaced.append(text.substring(done)).toString();
    }

    private int find(Spelled wanted, int from) {
        for (int at = from; at + wanted.size <= size; at++) {
            int same = 0;
            while (same < wanted.size && bytes[at + same] == wanted.bytes[same]) {
                same++;
            }
            if (same == wanted.size) {
                return at;
            }
        }
        return -1;
    }
}
