package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Proxy;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** What is said to a proxy until it is a tunnel to the destination. Takes from its bytes what belongs to it, and not one more. */
interface ProxyTalk {

    /** The first words to it. */
    byte[] begin();

    /** Hears more of its bytes, which may come in pieces of any size. */
    Next hear(ByteBuf in) throws Refused;

    /** What follows from what was heard. */
    sealed interface Next {

        /** There is not enough to say anything. */
        enum Wait implements Next {
            INSTANCE
        }

        record Say(byte[] words) implements Next {}

        /** From here on it is a tunnel. */
        record Through(String answer) implements Next {}
    }

    /** The proxy will not, or does not speak as it should. Without a stack: it is an answer, not a bug. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final FailureKind kind;
        private final String answer;

        /**
         * @param answer what it said, in short; empty where that was nothing that could be understood
         * @param detail one sentence, without anything of ours or of its own making
         */
        Refused(FailureKind kind, String answer, String detail) {
            super(detail, null, false, false);
            this.kind = kind;
            this.answer = answer;
        }

        FailureKind kind() {
            return kind;
        }

        Optional<String> answer() {
            return Optional.of(answer).filter(words -> !words.isEmpty());
        }

        String detail() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * The talk that such a proxy understands.
     *
     * @param proxy with the credential in its place
     * @param host a name, which the proxy looks up, or an address
     */
    static ProxyTalk with(Proxy proxy, String host, int port) {
        return switch (proxy.kind()) {
            case HTTP -> new HttpConnect(proxy.user(), host, port);
            case SOCKS5 -> new Socks5(proxy.user(), host, port);
        };
    }
}
