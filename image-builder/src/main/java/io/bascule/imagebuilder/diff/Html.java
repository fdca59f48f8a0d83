package io.bascule.imagebuilder.diff;

/** Text in HTML. */
final class Html {
    private Html() {}

    /** {@return {@code text} as it may stand between tags and in quoted attributes} */
    static String escape(String text) {
        var escaped = new StringBuilder(text.length());
        for (var i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(text.charAt(i));
            }
        }
        return escaped.toString();
    }
}
