"""Invented rows: institutions, and stays. The same number gives the same row, so that what a page must show is known."""
import unicodedata

TOWNS = ["Besançon", "Compiègne", "Málaga", "Göteborg", "Zürich", "Évora", "Orléans", "Nîmes", "Liège", "Coruña",
         "Győr", "Tartu", "Kraków", "Århus", "Ústí", "Mons", "Turku", "Gdańsk", "Viseu", "Lleida"]
COUNTRIES = (["FR"] * 20 + ["DE"] * 10 + ["ES"] * 8 + ["IT"] * 8 + ["PL"] * 8 +
             "PT NL BE AT CZ SE NO FI DK GR RO BG HU SK SI HR LT LV EE IE CY MT LU IS LI TR MK RS CH GB US CA JP CN KR IN BR "
             "MX AR CL AU NZ ZA MA TN EG".split())
KINDS = ["Université", "Universität", "École supérieure", "Universidad", "Politechnika", "Hochschule", "Instituto", "Haute École"]
HEADER = "pic,erasmus_code,oid,name,street,postcode,city,country,website,eche_start,eche_end"

def country(i):
    return COUNTRIES[i * 37 % 100]

def name(i):
    # One row in five bears a word that the others do not; 3,000 numbers each come some 33 times in 100,000 rows.
    kind = KINDS[i * 3 % len(KINDS)] if i % 5 else "Académie"
    return f"{kind} de {TOWNS[i * 7 % 20]} <{i}> & Département {i % 3000}"

def institution(i):
    town, c = TOWNS[i * 7 % 20], country(i)
    code = "".join(ch for ch in fold(town).upper() if ch.isalpha())[:6]
    return (f'{900000000 + i},{c}  {code}{i:05d},E{10000000 + i},"{name(i)}","{i % 300}, rue de l\'Évêché",{i % 99999:05d},'
            f"{town},{c},https://www.u{i}.example,2021-{1 + i % 12:02d}-01,2027-{1 + i * 5 % 12:02d}-{1 + i % 28:02d}\n")

def institutions(path, n):
    with open(path, "w") as f:
        f.write(HEADER + "\n")
        f.writelines(institution(i) for i in range(n))
    return path

def stays(path, n):
    with open(path, "w") as f:
        f.write("direction,activity,category,home_text,host_text,starts,ends,age\n")
        for i in range(n):
            year = 2015 + i % 10
            f.write(f"out,study,student,École {i},Université de {TOWNS[i % 20]} {i},{year}-09-01,{year + 1}-01-31,{18 + i % 10}\n")
    return path

def fold(text):
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)).replace("ł", "l")

def first_names(n, which, size=50):
    """What the first page in the order of names shows, of the rows that `which` takes."""
    return [name(i) for i in sorted((i for i in range(n) if which(i)), key=lambda i: fold(name(i)))[:size]]
