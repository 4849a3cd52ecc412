// SPDX-License-Identifier: Apache-2.0

/// A set of characters: `a`, `[a-z_]`, `\d`, `\p{Lu}`.
struct ScalarClass: Hashable, Sendable {
    enum Item: Hashable, Sendable {
        case range(ClosedRange<UInt32>)
        case categories(Set<Unicode.GeneralCategory>)
        case not([Item])

        func contains(_ scalar: UnicodeScalar) -> Bool {
            switch self {
            case .range(let range): range.contains(scalar.value)
            case .categories(let categories): categories.contains(scalar.properties.generalCategory)
            case .not(let items): !items.contains { $0.contains(scalar) }
            }
        }
    }

    var items: [Item]
    var isNegated = false
    var ignoresCase = false

    init(_ items: [Item]) {
        self.items = items
    }

    init(_ scalar: UnicodeScalar) {
        items = [.range(scalar.value...scalar.value)]
    }

    static let any = ScalarClass([.range(0...0x10FFFF)])
    static let anyButLineFeed = ScalarClass([.range(0...9), .range(11...0x10FFFF)])
    static let word = ScalarClass(ranges: "09AZ__az")

    /// - Parameter ranges: Pairs of first and last characters.
    init(ranges: String) {
        let ends = ranges.unicodeScalars.map(\.value)
        items = stride(from: 0, to: ends.count - 1, by: 2).map { .range(ends[$0]...ends[$0 + 1]) }
    }

    func contains(_ scalar: UnicodeScalar) -> Bool {
        isMember(scalar) != isNegated
    }

    private func isMember(_ scalar: UnicodeScalar) -> Bool {
        if items.contains(where: { $0.contains(scalar) }) { return true }
        guard ignoresCase else { return false }
        return otherCases(of: scalar).contains { other in items.contains { $0.contains(other) } }
    }

    private func otherCases(of scalar: UnicodeScalar) -> [UnicodeScalar] {
        [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { mapping in
            let scalars = mapping.unicodeScalars
            return scalars.count == 1 ? scalars.first : nil
        }
    }
}

// MARK: Names

extension ScalarClass {
    /// `\d`, `\s`, `\w` and their opposites.
    static func escape(_ letter: UnicodeScalar) -> Item? {
        let items: [Item]
        switch letter {
        case "d", "D": items = ScalarClass(ranges: "09").items
        case "s", "S": items = ScalarClass(ranges: "\t\n\u{C}\u{C}\r\r  ").items
        case "w", "W": items = word.items
        default: return nil
        }
        let positive = Item.not([.not(items)])
        return "DSW".unicodeScalars.contains(letter) ? .not(items) : positive
    }

    /// `[:alpha:]` and its like, ASCII only.
    static func posix(_ name: String) -> [Item]? {
        let ranges: [String: String] = [
            "alnum": "09AZaz", "alpha": "AZaz", "ascii": "\0\u{7F}", "blank": "\t\t  ",
            "cntrl": "\0\u{1F}\u{7F}\u{7F}", "digit": "09", "graph": "!~", "lower": "az", "print": " ~",
            "punct": "!/:@[`{~", "space": "\t\r  ", "upper": "AZ", "word": "09AZaz__", "xdigit": "09AFaf",
        ]
        return ranges[name].map { ScalarClass(ranges: $0).items }
    }

    /// `\pL` and `\p{Lu}`: general categories, by one letter for all of a kind.
    static func categories(_ name: String) -> Item? {
        let found = generalCategories.filter { $0.key == name || (name.count == 1 && $0.key.hasPrefix(name)) }
        guard !found.isEmpty else { return name == "Any" ? .range(0...0x10FFFF) : nil }
        return .categories(Set(found.values))
    }

    private static let generalCategories: [String: Unicode.GeneralCategory] = [
        "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter,
        "Lo": .otherLetter, "Mn": .nonspacingMark, "Mc": .spacingMark, "Me": .enclosingMark,
        "Nd": .decimalNumber, "Nl": .letterNumber, "No": .otherNumber, "Pc": .connectorPunctuation,
        "Pd": .dashPunctuation, "Ps": .openPunctuation, "Pe": .closePunctuation,
        "Pi": .initialPunctuation, "Pf": .finalPunctuation, "Po": .otherPunctuation, "Sm": .mathSymbol,
        "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol, "Zs": .spaceSeparator,
        "Zl": .lineSeparator, "Zp": .paragraphSeparator, "Cc": .control, "Cf": .format,
        "Cs": .surrogate, "Co": .privateUse,
    ]
}
