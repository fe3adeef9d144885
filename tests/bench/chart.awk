# Draws what `make bench` prints as an SVG chart: make bench | awk -f tests/bench/chart.awk
# Bars are ratios to their base, which is the line at 1.

function bar(label, ratio, better,    width) {
    width = (ratio > 3.4 ? 3.4 : ratio) * 160
    y += 26
    rows = rows sprintf("<text x=\"150\" y=\"%d\" text-anchor=\"end\">%s</text>\n", y + 14, label)
    rows = rows sprintf("<rect x=\"160\" y=\"%d\" width=\"%d\" height=\"18\" class=\"%s\"/>\n", y, width, better)
    rows = rows sprintf("<text x=\"%d\" y=\"%d\">%.2f</text>\n", 166 + width, y + 14, ratio)
}

function title(text) {
    y += 40
    rows = rows sprintf("<text x=\"10\" y=\"%d\" class=\"title\">%s</text>\n", y + 14, text)
}

function ratio(    n) {
    for (n = 1; n < NF; n++)
        if ($n == "ratio") return $(n + 1)
}

BEGIN { y = -20 }
/^requests over HTTP/ { part = "rate"; title("Requests a second over HTTP, of the bare SQL (more is better)") }
/^handle\(\)/ { part = "cost"; title("Processor time of handle() in one backend, of the bare SQL (less is better)") }
/^row-level/ { part = "cost"; title("Processor time with row-level security, of a WHERE by hand (less is better)") }
/^GET by id through/ { part = "cost"; title("Processor time of a GET as tenants grow, of ten tenants (less is better)") }
/^instructions/ { part = "cost"; title("Instructions of handle(), of the bare SQL (less is better)") }
/ratio/ && /^(get|list|create|login) / { bar($1 == "get" ? "GET by id" : $1 == "list" ? "list of 50" : $1, ratio(), part) }
/ratio/ && / tenants / { bar($1 " tenants", ratio(), part) }

END {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 %d\" font-family=\"sans-serif\" font-size=\"13\">\n", y + 36
    print "<style>text{fill:#444}.title{font-weight:bold}.rate{fill:#2a7f62}.cost{fill:#4a6fa5}"
    print "@media(prefers-color-scheme:dark){text{fill:#ccc}}</style>"
    printf "<line x1=\"320\" x2=\"320\" y1=\"40\" y2=\"%d\" stroke=\"#b33\" stroke-dasharray=\"4\"/>\n%s</svg>\n", y + 26, rows
}
