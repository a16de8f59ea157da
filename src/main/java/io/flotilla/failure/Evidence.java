package io.flotilla.failure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one attempt. Holds no payload and no header but the few that explain an answer.
 *
 * @param httpStatus the status of the answer to the upgrade request
 * @param headers the headers that explain an answer, such as {@code Retry-After}; never a credential or cookie
 * @param closeCodeReceived the code of the peer's close frame; 1005 when it had none
 * @param closeCodeSent the code of our close frame
 * @param closeReason the peer's reason, at most 123 bytes
 * @param exception the class of what was thrown
 * @param addresses the addresses tried, in order, as {@code address:port}
 * @param peerCertificates the chain of a peer that was refused, its own first: pin, subject and last day of each
 * @param ownCertificate SHA-256 of the chain that we could show in this dial; none when there was none
 * @param lastSent the message that left last; null when none did
 * @param uptime from the upgrade to the end; zero when there was none
 * @param generation the dial that this tells of
 */
public record Evidence(
        @Nullable Integer httpStatus,
        Map<String, String> headers,
        @Nullable Integer closeCodeReceived,
        @Nullable Integer closeCodeSent,
        @Nullable String closeReason,
        @Nullable String exception,
        List<String> addresses,
        List<String> peerCertificates,
        @Nullable String ownCertificate,
        long bytesIn,
        long bytesOut,
        long messagesIn,
        long messagesOut,
        @Nullable Sent lastSent,
        Duration uptime,
        long generation) {

    /**
     * One message that was sent, without what it says.
     *
     * @param crc32c its checksum, eight hexadecimal digits
     */
    public record Sent(int bytes, String crc32c) {}

    public static final Evidence NONE = new Builder().build();

    /** Collects what is seen while it is seen. Not thread-safe. */
    public static final class Builder {
        private @Nullable Integer httpStatus;
        private Map<String, String> headers = Map.of();
        private @Nullable Integer closeCodeReceived;
        private @Nullable Integer closeCodeSent;
        private @Nullable String closeReason;
        private @Nullable String exception;
        private List<String> addresses = List.of();
        private List<String> peerCertificates = List.of();
        private @Nullable String ownCertificate;
        private long bytesIn;
        private long bytesOut;
        private long messagesIn;
        private long messagesOut;
        private @Nullable Sent lastSent;
        private Duration uptime = Duration.ZERO;
        private long generation;

        public Builder answer(int status, Map<String, String> explaining) {
            this.httpStatus = status;
            this.headers = Map.copyOf(explaining);
            return this;
        }

        public Builder closeReceived(int code, String reason) {
            this.closeCodeReceived = code;
            this.closeReason = reason;
            return this;
        }

        public Builder closeSent(int code) {
            this.closeCodeSent = code;
            return this;
        }

        public Builder thrown(Throwable thrown) {
            this.exception = thrown.getClass().getName();
            return this;
        }

        public Builder exception(String className) {
            this.exception = className;
            return this;
        }

        public Builder addresses(List<String> tried) {
            this.addresses = List.copyOf(tried);
            return this;
        }

        public Builder peerCertificates(List<String> chain) {
            this.peerCertificates = List.copyOf(chain);
            return this;
        }

        public Builder ownCertificate(@Nullable String fingerprint) {
            this.ownCertificate = fingerprint;
            return this;
        }

        public Builder traffic(long bytesIn, long bytesOut, long messagesIn, long messagesOut) {
            this.bytesIn = bytesIn;
            this.bytesOut = bytesOut;
            this.messagesIn = messagesIn;
            this.messagesOut = messagesOut;
            return this;
        }

        public Builder lastSent(@Nullable Sent message) {
            this.lastSent = message;
            return this;
        }

        public Builder uptime(Duration open) {
            this.uptime = open;
            return this;
        }

        public Builder generation(long dial) {
            this.generation = dial;
            return this;
        }

        public Evidence build() {
            return new Evidence(
                    httpStatus,
                    headers,
                    closeCodeReceived,
                    closeCodeSent,
                    closeReason,
                    exception,
                    addresses,
                    peerCertificates,
                    ownCertificate,
                    bytesIn,
                    bytesOut,
                    messagesIn,
                    messagesOut,
                    lastSent,
                    uptime,
                    generation);
        }
    }
}
