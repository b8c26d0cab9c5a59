/** First names of people of many countries, in the letters that they write them with: who would be taken for whom? */
const NAMES = `
Aaliyah Aaron Abdul Abigail Ada Adam Adele Adrian Agnes Agnieszka Ahmed Aidan Aiko Aisha Akira Al Alan Albert Alberto
Alejandro Aleksander Alessandro Alex Alexander Alexandra Alexis Alfred Ali Alice Alicia Alina Alisa Alison Allan Allen Ama
Amanda Amber Amelia Amelie Amie Amina Amir Amit Amy Ana Anders André Andrea Andrej Andrew Andrzej Angela Anita Anja Ann
Anna Anne Annie Antonio Anya Ari Ariel Arjun Arn Arna Arne Arnie Arno Arthur Arturo Ashley Astrid Audrey August Ayşe Barbara
Bart Beatrice Beatriz Ben Benjamin Bernd Bernie Beth Bill Björn Bob Boris Brad Brandon Brenda Brian Bridget Bruno Burak
Cam Camille Carl Carla Carlos Carmen Carol Caroline Carolina Catherine Cathy Cecilia Chad Charles Charlotte Chen Chiara Chloe
Chloé Chris Christian Christina Christine Ciara Claire Clara Clare Claudia Clemens Clive Colin Connor Cora Corey Craig Cristina
Cynthia Dale Dan Dana Daniel Daniela Danielle Dara Darren Dave David Dawn Dean Deborah Denis Dennis Derek Diana Diego Dina
Dmitri Dominik Don Donald Donna Dora Doris Dorothy Douglas Dylan Eamon Ed Eddie Edgar Edith Edward Ela Elena Eli Elif Elisa
Elise Elizabeth Ella Ellen Elsa Em Ema Emil Emile Emilia Emilie Emily Emine Emir Emma Emmanuel Eric Erica Erik Erin Ern Erna
Ernest Ernie Esra Esther Ethan Eugene Eva Evan Eve Fatima Fatma Felix Fernando Fiona Florian Frances Francesca Francis Frank
Franz François Fred Frederik Frida Gabriel Gareth Gary Gavin George Georgia Gerald Gerd Gia Gina Giulia Giorgio Glen Gloria
Grace Graham Greg Greta Grzegorz Guido Gustav Hal Hamza Hana Hanna Hannah Hans Harold Harry Hassan Heather Heidi Helen Helena
Helga Henri Henry Hiroshi Holly Hugo Ian Ida Ignacio Igor Ike Ila Ilan Ilana Ilja Ilona Ilse Imran Ina Ines Inga Ingrid Ioana
Ira Irene Irina Iris Irma Isa Isaac Isabel Isabella Isla Ismail István Ivan Iván Ivana Ivy Jack Jackie Jacob Jake Jakub James
Jamie Jan Jana Jane Janet Janice Jarek Jason Javier Jean Jeff Jennifer Jenny Jens Jeremy Jerome Jerry Jesper Jessica Jesús
Jim Jin Jiří Joan Joanna Joe Joel Johan Johannes John Jon Jonas Jonathan Jorge José Joseph Josh Joshua Joy Joyce Juan Judith
Judy Julia Julian Julie Julio Jun Jürgen Justin Jörg Kai Kam Karen Karin Karl Karla Karn Kate Katherine Kathleen Kathryn Katja
Katrin Kay Keith Kelly Ken Kenneth Kevin Kim Kimberly Klara Klaus Kristen Kristina Krzysztof Kumar Kurt Kyle Lan Lara Larissa
Lars László Laura Lauren Lea Leah Leila Len Lena Leo Leon Leonard Leslie Lia Liam Lida Lila Lilian Lillian Lily Lin Lina Linda
Lisa Liz Lola Loma Lorena Lori Lorna Lothar Louis Louise Luca Lucas Lucia Lucy Luis Luisa Lukas Luke Luna Lyla Lynn Maciej
Madison Magdalena Maja Malcolm Mamie Marc Marcel Marcelo Marco Marek Maren Margaret Maria María Marie Marina Mario Mark Marlene
Marnie Martha Martin Martina Mary Mateo Matthew Maud Maurice Max Maya Megan Mehmet Mei Melanie Melissa Mercedes Mia Michael
Michelle Miguel Mika Mikhail Milan Mila Miles Mina Miriam Mohamed Mohammed Moira Mona Monica Morgan Muhammad Murat Myrna Nadia
Nadine Nancy Naomi Natalia Natalie Natasha Nathan Neil Nele Nia Nicholas Nick Nicola Nicolas Nicole Nigel Nikola Nina Noah
Noel Noelle Nora Norma Nuria Olaf Ole Oleg Olga Oliver Olivia Omar Orla Oscar Oskar Otto Owen Pablo Paige Pam Pamela Pat
Patricia Patrick Paul Paula Paulo Pavel Pedro Peggy Pernille Peter Petra Phil Philip Phyllis Pierre Piotr Priya Rachel Rafael
Rahul Raj Ralph Ramon Ravi Ray Raymond Rebecca Renata Rene René Renée Ricardo Richard Rita Rob Robert Roberto Robin Rodrigo
Roger Roland Roman Ron Ronald Rosa Rosalie Rosie Ross Roy Ruby Rudolf Russell Ruth Ryan Sabine Sally Sam Samantha Samir Samuel
Sandra Sanjay Sara Sarah Sascha Saskia Scott Sean Sebastian Selina Sergei Seth Shannon Sharon Sheila Shirley Sienna Silvia Simon
Simone Siobhán Sofia Sofía Sonia Sophia Sophie Søren Stacy Stefan Stella Stephanie Stephen Steve Steven Stuart Susan Susanne
Suzanne Sven Svetlana Sylvia Tamara Tanja Tanya Tara Tatiana Ted Teresa Terry Theo Theresa Thomas Tim Tina Tobias Todd Tom Tomasz
Tomás Tommy Toni Tony Tracy Trevor Uli Ulla Ulrich Ursula Uwe Valentina Valeria Vanessa Vera Verna Veronica Victor Victoria
Vincent Viola Virginia Vivian Vladimir Walter Wanda Wayne Wei Wendy Werner Wilhelm Will William Wolfgang Xavier Xin Yan Yasmin
Ying Yolanda Yuki Yuri Yusuf Yvonne Zach Zara Zeynep Zoe Zoë Zoran Zuzana Łukasz Øystein Şule Șerban İbrahim Özlem Ümit
Александр Алексей Алёна Анастасия Андрей Анна Борис Вера Виктор Владимир Дарья Дмитрий Екатерина Елена Иван Игорь Ирина Кирилл
Константин Ксения Лариса Людмила Максим Мария Марина Михаил Наталья Никита Нина Ольга Олег Павел Роман Светлана Сергей Татьяна
Фёдор Юлия Юрий Яна Αλέξανδρος Αναστασία Άννα Βασιλική Γιώργος Δημήτρης Ελένη Ιωάννα Κατερίνα Κώστας Μαρία Νίκος Παναγιώτης
Σοφία Χρήστος يوسف فاطمة محمد علي مريم אברהם דוד יעקב מרים שרה आरव प्रिया राहुल さくら ひろし ハナコ 太郎 花子 伟 芳 娜 秀英 민준 서연 지훈 สมชาย สุดา
`;

export const FIRST_NAMES = [...new Set(NAMES.trim().split(/\s+/))];
