package io.flotilla.failure;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which failures a rule is for. Its text is its key in configuration: {@code http:404}, {@code close:4000-4099}. */
public sealed interface Matcher {

    /** How the keys look, for messages. */
    String EXPECTED = "http:404, http:4xx, http:500-504, close:4401, close:4000-4099 or kind:NAME_NOT_FOUND";

    /** Whether the rule is for this failure. */
    boolean matches(Failure failure);

    /** How many codes it covers: the fewer, the more it knows. */
    int breadth();

    /** Reads a key of {@code classify.overrides}; empty when it is none. */
    static Optional<Matcher> parse(String key) {
        return MatcherKeys.parse(key);
    }

    /** Answers to the upgrade request with a status in the range. */
    record Http(int from, int to) implements Matcher {
        @Override
        public boolean matches(Failure failure) {
            Integer status = failure.evidence().httpStatus();
            // the 101 of a session that was open says nothing about its end
            return status != null && failure.phase() == Phase.UPGRADE && status >= from && status <= to;
        }

        @Override
        public int breadth() {
            return to - from + 1;
        }

        @Override
        public String toString() {
            return "http:" + (from % 100 == 0 && to == from + 99 ? from / 100 + "xx" : MatcherKeys.range(from, to));
        }
    }

    /**
     * Sessions that the peer closed with a code in the range; 1005 stands for a close frame without a code, 1006 for the end
     * without a close frame.
     */
    record Close(int from, int to) implements Matcher {
        @Override
        public boolean matches(Failure failure) {
            if (!failure.kind().isClose()) {
                return false; // a code that came is then the peer's answer to our own close
            }
            Integer received = failure.evidence().closeCodeReceived();
            int code = received != null ? received : localCode(failure.kind());
            return code >= from && code <= to;
        }

        private static int localCode(FailureKind kind) {
            return switch (kind) {
                case LOST -> CloseCode.ABNORMAL;
                case CLOSED_NO_STATUS -> CloseCode.NO_STATUS;
                default -> 0;
            };
        }

        @Override
        public int breadth() {
            return to - from + 1;
        }

        @Override
        public String toString() {
            return "close:" + MatcherKeys.range(from, to);
        }
    }

    /** Failures of one row. */
    record Kind(FailureKind kind) implements Matcher {
        private static final Map<FailureKind, Integer> BREADTHS =
                Arrays.stream(FailureKind.values()).collect(Collectors.toMap(kind -> kind, Kind::codes));

        @Override
        public boolean matches(Failure failure) {
            return failure.kind() == kind;
        }

        /** How many codes fall into the row; at least one. */
        @Override
        public int breadth() {
            return BREADTHS.getOrDefault(kind, 1);
        }

        @Override
        public String toString() {
            return "kind:" + kind;
        }

        private static int codes(FailureKind kind) {
            long statuses = IntStream.rangeClosed(MatcherKeys.LEAST_STATUS, MatcherKeys.MOST_STATUS)
                    .filter(status -> Failures.ofStatus(status) == kind)
                    .count();
            long codes = IntStream.rangeClosed(MatcherKeys.LEAST_CODE, MatcherKeys.MOST_CODE)
                    .filter(code -> Failures.ofCloseCode(code) == kind)
                    .count();
            return (int) Math.max(1, statuses + codes);
        }
    }
}
