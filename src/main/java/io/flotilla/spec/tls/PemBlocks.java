package io.flotilla.spec.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The blocks of a PEM text (RFC 7468). What stands between them is for people. */
final class PemBlocks {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private PemBlocks() {}

    /**
     * One block.
     *
     * @param label such as {@code CERTIFICATE}
     * @param encryptedTheOldWay whether it has headers of RFC 1421 that say so; its bytes are of no use then
     */
    record Block(String label, byte[] bytes, boolean encryptedTheOldWay) {}

    static boolean looksLike(byte[] content) {
        return text(content).contains(BEGIN);
    }

    static List<Block> of(byte[] content) throws Unusable {
        String text = text(content);
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
            String footer = END + label + DASHES;
            int end = labelEnd < 0 ? -1 : text.indexOf(footer, labelEnd);
            if (end < 0) {
                throw new Unusable("ends in the middle of a block of PEM");
            }
            blocks.add(block(label, text.substring(labelEnd + DASHES.length(), end)));
            at = text.indexOf(BEGIN, end + footer.length());
        }
        return blocks;
    }

    private static Block block(String label, String body) throws Unusable {
        if (body.contains("Proc-Type:")) {
            return new Block(label, new byte[0], body.contains("ENCRYPTED"));
        }
        try {
            return new Block(label, Base64.getMimeDecoder().decode(body.strip()), false);
        } catch (IllegalArgumentException broken) {
            throw new Unusable("has a block of PEM that is no base64", broken);
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }
}
